"""Where a study lives and how its notebooks are executed."""
