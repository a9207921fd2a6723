"""How many segments, and which? Every number of them tried by all criteria, and the segmenters that assign customers."""
