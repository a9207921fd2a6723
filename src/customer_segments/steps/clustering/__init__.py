"""How many segments, and which? Criteria, the rule that chooses, and the segmenter that assigns customers."""
