"""What the command `segments` does with a finished study; `__main__.py` reads the command line."""
