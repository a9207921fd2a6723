"""What the command `segments` does with a finished study; `cli.py` reads the command line."""
