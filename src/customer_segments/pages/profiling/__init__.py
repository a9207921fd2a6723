"""Who are they? The segments in words, and what to do about each."""
