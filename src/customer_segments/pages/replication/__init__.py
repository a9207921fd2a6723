"""The words and tables of the chapter on published studies."""
