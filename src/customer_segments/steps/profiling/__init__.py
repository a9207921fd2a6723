"""Who are they? What sets each segment apart, in numbers, in words, and under a name with an action."""
