"""Signs that mean something to matplotlib, LaTeX, Markdown, HTML, templates or printers, in every label of a study.

The demo shop's own export is renamed: an attribute's column, places, channels, products' categories, countries, the
study's title, its currency and the names of its segments. Every stage must pass and every text be shown as it is.
"""

from __future__ import annotations

import html
import json
import re
from functools import partial
from pathlib import Path

import pandas as pd
import studies
from trial import PIPELINE, PROJECT, Case, Trial

WHAT = "odd signs in every column, category, segment and title: all stages pass, drawn literally"
SIGNS = {
    "dollars": "$0-$25 & $x_1^2$",
    "one dollar": "US$ 5",
    "scripts": "a_b^c_{d}^{e}",
    "backslashes": r"\frac{1}{2} \alpha \n C:\new",
    "braces": "{0} {{ x }} {% raw %} ${y}",
    "percents and hashes": "100% #1 %s %(x)s & &amp; #let",
    "tags": "<b>bold</b> <script>x</script>",
    "Markdown": "**a** [x](y) `z` | _u_ # h",
    "right to left": "ملابس \u202eabc\u202c עברית",
    "Chinese, Japanese, Korean": "北京 ひらがな 한국어",
    "eighty signs": "An extraordinarily long label that goes on and on until it has eighty signs full",
    "quotes": 'it\'s "so" `here` «there» =1+1',
    "emoji and joined letters": "👩‍👩‍👧 e\u0301\u0302 🇨🇭",
    "typst": "#strong[x] @ref $ x^2 $ ~ /* c */ // d",
}
PLAYS = ("high", "middling", "low")
PROBE = PROJECT / "tests/torture" / "probe"


def cases(seed: int, number: int) -> list[Case]:
    return [Case(name, partial(_labelled, signs)) for name, signs in SIGNS.items()]


def _labelled(signs: str, trial: Trial) -> None:
    shop = studies.finished("small") / "data" / "raw" / "demo"
    study = studies.copied(studies.laid("small"), trial.folder / "study")
    labels = _renamed(shop, study / "data" / "external", signs)
    studies.reading(
        study,
        kind="files",
        customers="data/external/customers.csv",
        transactions="data/external/lines.csv",
        columns={"customers": {"location": f"Place {signs}", "favourite": f"Favourite {signs}"}},
    )
    playbook = [{"name": f"{level} {signs}", "when": {"net_revenue": level}, "do": f"Do {signs}."} for level in PLAYS]
    told = {
        r"\n  title: [^#]*": f"\n  title: {json.dumps(f'Title {signs}', ensure_ascii=False)} ",
        r"\n  currency: [^#]*": f"\n  currency: {json.dumps(signs.split()[0][:4], ensure_ascii=False)} ",
        r"\n  playbook:(?=[ \n])": f"\n  playbook: {json.dumps(playbook, ensure_ascii=False)}",
    }
    studies.changed(study / "params.yaml", told)
    drawn = trial.folder / "drawn.jsonl"
    path = f"{PROBE}:{PROJECT / 'src'}"
    ran = trial.segments("run", folder=study, limits=PIPELINE, PYTHONPATH=path, TORTURE_DRAWN=str(drawn))
    if trial.expect(ran.code == 0, f"does not run: {_cause(ran.output)}"):
        _expect_shown(trial, study, signs, labels)
    _expect_drawn(trial, drawn, signs, labels)


def _renamed(shop: Path, external: Path, signs: str) -> list[str]:
    """The demo shop's export with the signs in its labels; the categories that must be shown."""
    customers = pd.read_csv(shop / "customers.csv", dtype=str)
    lines = pd.read_csv(shop / "transactions.csv", dtype=str)
    customers["PreferredChannel"] = customers["PreferredChannel"] + f" {signs}"
    places = customers["Location"].value_counts().index[:3]
    customers["Location"] = customers["Location"].map(lambda each: f"{each} {signs}" if each in places else "elsewhere")
    customers["Favourite"] = [f"{signs} {'ABC'[row % 3]}" for row in range(len(customers))]
    customers = customers.rename(columns={"Location": f"Place {signs}", "Favourite": f"Favourite {signs}"})
    lines["Category"] = lines["Category"] + f" {signs}"
    lines["Country"] = lines["Country"] + f" {signs}"
    customers.to_csv(external / "customers.csv", index=False)
    lines.to_csv(external / "lines.csv", index=False)
    return [f"{signs} {letter}" for letter in "ABC"]


def _expect_shown(trial: Trial, study: Path, signs: str, labels: list[str]) -> None:
    """Title, categories and segments' names stand in the pages as they are, and no page is broken by them."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in (study / "reports").glob("*.html")}
    shown = {name: _squeezed(html.unescape(page)) for name, page in pages.items()}
    title = _squeezed(f"Title {signs}")
    lacking = [name for name, text in shown.items() if title not in text]
    trial.expect(not lacking, f"the title is not shown in {lacking}")
    everything = " ".join(shown.values())
    for label in labels:
        trial.expect(_squeezed(label) in everything, f"the category {label!r} is shown nowhere")
    profiles = pd.read_parquet(study / "data" / "processed" / "profiles.parquet")
    names = [name for name in profiles["name"] if any(name == f"{level} {signs}" for level in PLAYS)]
    trial.expect(bool(names), f"no segment has one of the names: {profiles['name'].tolist()}")
    for name in names:
        trial.expect(_squeezed(name) in shown["index.html"], f"the segment {name!r} is not shown on the first page")
    if "<script>" in signs:
        running = [name for name, page in pages.items() if "<script>x</script>" in page]
        trial.expect(not running, f"a tag is a tag in {running}")
    trial.expect((study / "reports" / "brief.pdf").exists(), "there is no brief")


def _expect_drawn(trial: Trial, drawn: Path, signs: str, labels: list[str]) -> None:
    """No label was taken for mathematics, and each sign that was given to a figure came out of it."""
    texts = [json.loads(line) for line in drawn.read_text(encoding="utf-8").splitlines()] if drawn.exists() else []
    trial.expect(bool(texts), "no figure was watched")
    piece = signs.split()[0]
    ours = [each for each in texts if piece in each["text"]]
    taken = sorted({each["text"] for each in ours if each["mathematics"]})
    trial.expect(not taken, f"taken for mathematics: {taken[:3]}")
    changed = sorted({each["text"] for each in ours if not each["mathematics"] and each["clean"] != each["text"]})
    trial.expect(not changed, f"drawn otherwise: {changed[:3]}")
    money = [
        each["text"] for each in texts if each["mathematics"] and re.search(r"\\mathdefault", each["text"]) is None
    ]
    trial.expect(not money, f"taken for mathematics: {sorted(set(money))[:3]}")


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _cause(output: str) -> str:
    told = [line for line in output.splitlines() if re.match(r"\w+: .*", line) and "done in" not in line]
    return " / ".join(told[-3:])[:600] or output[-300:]
