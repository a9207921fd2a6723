"""The yardstick: a small application as they are published, written from its description.

It loads 5,000 customers from a CSV file, and at each `POST /segment` of `[[age, spending, frequency], …]` fits KMeans
with five groups to all of them and the new ones, and answers with the new ones' labels. Served by Werkzeug, which is
what Flask is made of: without Flask's own cost, which makes it the harder one to beat.

`python benchmarks/published_app.py CUSTOMERS.csv`
"""

from __future__ import annotations

import json
import sys

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

COLUMNS = ["age", "spending", "frequency"]
customers = pd.read_csv(sys.argv[1])[COLUMNS].to_numpy()


@Request.application
def application(request: Request) -> Response:
    if (request.method, request.path) != ("POST", "/segment"):
        return Response("", 404)
    given = np.array(request.get_json(), dtype=float)
    model = KMeans(n_clusters=5, random_state=42).fit(np.vstack([customers, given]))
    told = {"segments": model.labels_[len(customers) :].tolist()}
    return Response(json.dumps(told), mimetype="application/json")


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, application, threaded=True)
    print(f"at http://127.0.0.1:{server.port}", flush=True)
    server.serve_forever()
