"""A file that DVC fetched is a source, is fetched again on request, and a change in it is seen by the pipeline."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.malformed.packed import zipped
from tests.support import make_study

HEAD = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
LINE = "53636{n},85123A,6,13/12/2010 08:26,2.55,17850\n"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def website(tmp_path):
    """A real web server and the folder that it serves."""
    folder = tmp_path / "website"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()


def offer(folder, lines: int) -> None:
    text = HEAD + "".join(LINE.format(n=n) for n in range(lines))
    (folder / "retail.zip").write_bytes(zipped({"Online Retail.csv": text.encode()}))


def test_a_file_that_dvc_imported_is_a_source_and_its_change_is_seen(website, tmp_path):
    address, folder = website
    offer(folder, 3)
    study = make_study(tmp_path / "study", customers=100)
    study.change(source={"kind": "files", "transactions": "data/external/retail.zip"})
    study.dvc("import-url", f"{address}/retail.zip", "data/external/retail.zip")
    assert (
        "data/external/retail.zip" not in study.run("git", "status", "--short", "--untracked-files=all").stdout.split()
    )
    study.dvc("repro", "collect")
    source = json.loads(study.path("data/raw/source.json").read_text())
    assert source["tables"]["transactions"]["rows"] == 3
    assert source["tables"]["transactions"]["files"][0]["name"] == "retail.zip"
    offer(folder, 5)
    study.dvc("update", "data/external/retail.zip.dvc")
    assert "Running stage 'collect'" in study.dvc("repro", "collect").stdout
    assert json.loads(study.path("data/raw/source.json").read_text())["tables"]["transactions"]["rows"] == 5
    study.path("data/external/retail.zip").unlink()
    refused = study.stage("collect", check=False)
    assert refused.returncode == 1
    assert "has not been fetched yet: run `dvc update data/external/retail.zip.dvc`" in refused.stderr
