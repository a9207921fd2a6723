"""The plain script that a report on Online Retail describes: read all with pandas, drop rows, group by customer."""

import sys

import pandas as pd

lines = pd.read_csv(sys.argv[1], parse_dates=["InvoiceDate"], dayfirst=True, dtype={"InvoiceNo": str})
lines = lines.dropna(subset=["CustomerID"])
lines = lines[~lines["InvoiceNo"].str.startswith("C")]
lines = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)]
lines["Amount"] = lines["Quantity"] * lines["UnitPrice"]
snapshot = lines["InvoiceDate"].max() + pd.Timedelta(days=1)
rfm = lines.groupby("CustomerID").agg(
    recency_days=("InvoiceDate", "max"), frequency=("InvoiceNo", "nunique"), monetary=("Amount", "sum")
)
rfm["recency_days"] = (snapshot - rfm["recency_days"]).dt.days
print(len(rfm), rfm["recency_days"].sum(), rfm["frequency"].sum(), f"{rfm['monetary'].sum():.2f}")
