"""Secrets stand in the environment: fill `${NAME}` in, and keep what was filled in out of every sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from customer_segments.base.errors import StudyError

PLACEHOLDER = re.compile(r"\$\{([A-Za-z_]\w*)\}")
HIDDEN = "***"


def only_placeholder(text: str) -> bool:
    """Whether the text is one `${NAME}` and nothing else, so that params.yaml holds no secret."""
    return PLACEHOLDER.fullmatch(text) is not None


def filled(text: str, key: str) -> str:
    """The text with each `${NAME}` replaced by that variable of the environment."""
    for name in PLACEHOLDER.findall(text):
        if not os.environ.get(name):
            raise StudyError(
                f"The environment variable {name}, which `{key}` in params.yaml asks for, is not set: "
                f"set it in the shell that runs the study."
            )
    return PLACEHOLDER.sub(lambda found: os.environ[found[1]], text)


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """The text on one line, with every secret hidden, also where it is written percent-encoded or quoted."""
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return " ".join(text.split())


def _forms(secret: str) -> set[str]:
    encoded = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    return {secret, repr(secret)[1:-1], *encoded, *map(str.lower, encoded)}
