"""Finished table in, figure out: a module per chapter or topic; nothing is computed here."""
