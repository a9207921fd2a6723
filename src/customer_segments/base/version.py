"""Which version of the package this is, and how a study tells by which it was laid."""

__version__ = "0.1.0"
NAMED = f"customer_segments {__version__}"
STAMP = "customer_segments.txt"  # which package a study was laid by; every stage depends on it
