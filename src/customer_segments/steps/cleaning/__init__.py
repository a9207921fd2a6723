"""Which rows can be used? Rules that repair or reject rows, returns that undo sales, and the ledger of both."""
