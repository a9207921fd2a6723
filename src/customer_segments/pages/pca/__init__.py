"""Chapter 5 in words, tables and figures."""
