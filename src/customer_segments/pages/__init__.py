"""The words, tables and figures of each chapter, and the pages made of them."""
