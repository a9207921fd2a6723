"""The words and tables of the chapter on validation."""
