"""Chapter 2 in words, tables and figures: each function takes finished tables and returns what is shown."""
