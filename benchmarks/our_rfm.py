"""The same numbers as the plain script's, by this project."""

import sys

from customer_segments import rfm_of_files

rfm = rfm_of_files(sys.argv[1], memory_limit="2GB")
print(len(rfm), rfm["recency_days"].sum(), rfm["frequency"].sum(), f"{rfm['monetary'].sum():.2f}")
