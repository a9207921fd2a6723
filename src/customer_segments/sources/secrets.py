"""Secrets are named as `${NAME}` and given apart: they are filled in, and kept out of every sentence."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, quote_plus, unquote

from customer_segments.base.errors import StudyError
from customer_segments.sources.forgotten import Forgotten

PREFIX = "SEGMENTS_"  # variables called so may be used by any study
PLACEHOLDER = re.compile(r"\$\{([A-Za-z_]\w*)\}")
# How options of an address that hold a secret are called, as in `?access_token=` or `?X-Amz-Signature=`.
SECRET_OPTION = re.compile(
    r"token|secret|passw|passphrase|passfile|pass$|pwd|jwt|bearer|credential|signature|odbc_connect|auth[-_.]?code"
    r"|(api|access|account|app|client|function|license|private|shared|subscription)[-_.]?key|session[-_.]?(id|key)"
    r"|^(x[-_])?(auth|oauth|authori[sz]ation|code|hmac|key|pw|sas|sid|sig)$",
    re.IGNORECASE,
)
OPTION = re.compile(r"(?<=[?&;#])([^=?&;#\s]+)=[^&;#\s]+")
LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
HIDDEN = "***"
Result = TypeVar("Result")


@dataclass(frozen=True)
class Reach:
    """What a study's sources may reach: a folder, the secrets that a person named, and nobody who was forgotten."""

    base: Path  # in which relative paths stand
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    gone: Forgotten = field(default_factory=Forgotten)


@dataclass
class Secrets:
    """Secrets by their names, and what has been made of them that must not be told."""

    given: Mapping[str, str] = field(repr=False)
    hidden: set[str] = field(default_factory=set, repr=False)

    def filled(self, text: str, setting: str | None) -> str:
        """The text with each `${NAME}` replaced by the secret of that name."""
        for name in PLACEHOLDER.findall(text):
            if not self.given.get(name):
                raise _not_given(name, name in self.given or name.startswith(PREFIX), setting)
        return PLACEHOLDER.sub(lambda found: self.given[found[1]], text)

    def kept(self, work: Callable[[], Result], setting: str | None = None, *errors: type[Exception]) -> Result:
        """What the work returns; its errors are told without secrets, and with the setting where they name none."""
        try:
            return work()
        except (StudyError, *errors) as error:
            named = (error.setting or setting) if isinstance(error, StudyError) else None
            problem = StudyError(scrubbed(str(error), self.hidden), named)
        # Raised out here: inside the handler, the other error would come along as context, secrets and all.
        raise problem


def given(environment: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """What a study may use of an environment: the variables that it names, and those made for studies."""
    meant = {*names, *(name for name in environment if name.startswith(PREFIX))}
    return {name: environment.get(name, "") for name in meant}


def _not_given(name: str, may_be: bool, setting: str | None) -> StudyError:
    if may_be:
        told = f"The environment variable {name}, which holds a secret, is not set: set it where the study runs."
        return StudyError(told, setting)
    return StudyError(
        f"The environment variable {name} is not among those that this study may use: write "
        f"`source.secrets: [{name}]`, or call it {PREFIX}{name}.",
        setting,
    )


def only_placeholder(text: str) -> bool:
    """Whether the text is one `${NAME}` and nothing else, so that it holds no secret."""
    return PLACEHOLDER.fullmatch(text) is not None


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """The text on one line, with every secret hidden, also where it is written percent-encoded or quoted."""
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    text = OPTION.sub(
        lambda found: f"{found[1]}={HIDDEN}" if SECRET_OPTION.search(unquote(found[1])) else found[0], text
    )
    return " ".join(LOGIN.sub(f"{HIDDEN}@", text).split())


def _forms(secret: str) -> set[str]:
    encoded = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    return {secret, repr(secret)[1:-1], *encoded, *map(str.lower, encoded)}
