"""The numbers: each step takes frames and frozen parameters and returns one frozen result."""
