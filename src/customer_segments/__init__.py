"""Customer segments that can be believed, reproduced and acted on."""

__version__ = "0.1.0"
