"""The same numbers as the plain script's, by this project."""

import sys

import customer_segments as cs

rfm = cs.rfm(sys.argv[1], memory_limit="2GB")
(told,) = rfm.aggregate("count(*), sum(recency_days), sum(frequency), sum(monetary)").fetchall()
print(*map(int, told[:3]), f"{told[3]:.2f}")
