"""A real server places every customer as the fitted pipeline does: segment, certainty, and whether unlike all."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest

from customer_segments.run.workspace import Workspace
from customer_segments.steps.clustering.segmentation import model_inputs
from customer_segments.steps.preprocessing.prepare import feature_table
from customer_segments.steps.scorer import Scorer

AT_ONCE = 100
KEY = """
from customer_segments.web.models import *
study = Study.objects.get()
person = Person.objects.create_user("till@example.org", approved=True)
Member.objects.create(study=study, person=person, role=Role.ANALYST)
print(ApiKey.make(study=study, name="till", scopes=["place"], by=person))
"""


@pytest.fixture
def placed(explorer):
    """Ask the server to place customers."""
    key = explorer.manage(KEY).split()[-1]
    connection = http.client.HTTPConnection(urlsplit(explorer.base).netloc)

    def place(customers):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/segment", json.dumps({"customers": customers}), headers)
        answer = connection.getresponse()
        assert answer.status == 200
        return json.loads(answer.read())["segments"]

    return place


def test_every_customer_is_placed_over_http_as_by_the_pipeline(placed, finished):
    here = Workspace(finished)
    pipeline, segmenter = (here.read_model(f"data/models/{name}.joblib") for name in ("preprocessor", "segmenter"))
    customers = here.read_table("data/processed/customers.parquet")
    inputs = model_inputs(feature_table(pipeline, customers))
    needed = list(Scorer.read(finished / "data/models/scorer.json").needed)
    sent = json.loads(customers[needed].to_json(orient="records", double_precision=15))
    told = [each for start in range(0, len(sent), AT_ONCE) for each in placed(sent[start : start + AT_ONCE])]
    assert [each["segment"] for each in told] == segmenter.predict(inputs).tolist()
    assert [each["certainty"] for each in told] == pytest.approx(segmenter.certainty(inputs).tolist(), abs=1e-9)
    assert [each["outside"] for each in told] == segmenter.outside(inputs).tolist()
    one = [each for customer in sent[:20] for each in placed([customer])]
    assert one == told[:20]
