"""Everything that turns results into pages."""
