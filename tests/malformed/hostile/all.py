"""All hostile files."""

from tests.malformed.hostile import HOSTILE, books, columns  # noqa: F401  each adds its cases

__all__ = ["HOSTILE"]
