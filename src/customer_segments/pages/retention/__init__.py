"""Chapter 6 in words, tables and figures: each function takes what `retain` found and returns what is shown."""
