"""The whole study as one plain script does it: read, RFM, K-Means for k = 1 to 10, an audit by regression, cohorts."""

import sys

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import silhouette_score
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import StandardScaler

lines = pd.read_csv(
    sys.argv[1], encoding="latin-1", parse_dates=["InvoiceDate"], dayfirst=True, dtype={"InvoiceNo": str}
)
lines = lines.dropna(subset=["CustomerID"])
lines = lines[~lines["InvoiceNo"].str.startswith("C") & (lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)]
lines["Amount"] = lines["Quantity"] * lines["UnitPrice"]
snapshot = lines["InvoiceDate"].max() + pd.Timedelta(days=1)
rfm = lines.groupby("CustomerID").agg(
    recency=("InvoiceDate", "max"), frequency=("InvoiceNo", "nunique"), monetary=("Amount", "sum")
)
rfm["recency"] = (snapshot - rfm["recency"]).dt.days
scaled = StandardScaler().fit_transform(np.log1p(rfm))
fits = {k: KMeans(k, n_init=10, random_state=0).fit(scaled) for k in range(1, 11)}
print({k: round(fit.inertia_) for k, fit in fits.items()}, silhouette_score(scaled, fits[4].labels_))
print(cross_val_score(LogisticRegression(max_iter=500), scaled, fits[4].labels_, cv=5).mean())
lines["month"] = lines["InvoiceDate"].dt.to_period("M")
lines["cohort"] = lines.groupby("CustomerID")["month"].transform("min")
lines["age"] = (lines["month"] - lines["cohort"]).map(lambda months: months.n)
print(lines.groupby(["cohort", "age"])["CustomerID"].nunique().unstack().shape)
