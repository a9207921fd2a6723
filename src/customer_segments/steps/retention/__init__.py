"""Do they come back? Cohorts, curves by segment, and the time until a second order."""
