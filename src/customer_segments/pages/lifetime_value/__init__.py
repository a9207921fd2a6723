"""Chapter 7 in words, tables and figures: each function takes what `value` found and returns what is shown."""
