"""What do the segments look like? The main directions of difference, and the map they draw."""
