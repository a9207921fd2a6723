"""Are the segments there, do they come back, do they predict anything? The verdict that stands before every name."""
