"""What keeps people out of a page: axe-core's rules, held against it in the browser."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

AXE = Path(find_spec("axe_playwright_python").origin).with_name("axe.min.js").read_text(encoding="utf-8")
RUN = """async (options) => (await axe.run(document, options)).violations.flatMap(
    each => each.nodes.map(node => `${each.id}: ${node.target} ${node.failureSummary}`))"""


def violations(page: Any, **only: Any) -> list[str]:
    if page.evaluate("!window.axe"):
        page.evaluate(AXE)
    return page.evaluate(RUN, {"resultTypes": ["violations"]} | only)
