"""Chapter 3 in words, tables and figures: each function takes what was segmented and returns what is shown."""
