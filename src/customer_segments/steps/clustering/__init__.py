"""How many segments, and which? Every number of them tried by all criteria, and what assigns customers to them."""
