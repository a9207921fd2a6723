"""The same numbers as the plain script's, by this project."""

import sys

import customer_segments as cs

rfm = cs.rfm(sys.argv[1], memory_limit="2GB")
print(len(rfm), rfm["recency_days"].sum(), rfm["frequency"].sum(), f"{rfm['monetary'].sum():.2f}")
