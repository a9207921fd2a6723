"""All hostile files."""

from tests.malformed.hostile import HOSTILE, books, columns, texts  # noqa: F401  each adds its cases

__all__ = ["HOSTILE"]
