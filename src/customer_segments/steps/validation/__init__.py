"""Are the segments there, do they come back, do they predict anything? What the verdict before every name rests on."""
