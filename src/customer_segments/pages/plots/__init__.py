"""Finished table in, figure out: one module per chapter; nothing is computed here."""
