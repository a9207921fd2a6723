"""Chapter 1 in words, tables and figures: each function takes the first look and returns what is shown."""
