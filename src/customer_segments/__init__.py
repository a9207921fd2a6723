"""Customer segments that can be believed, reproduced and acted on.

`run_study` makes a whole study of a table; its six steps can be called one by one. Each name is imported when it is
first asked for.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "__version__": "base.version",
    "run_study": "library",
    "Study": "library",
    "prepare": "steps.prepare",
    "segment": "steps.segment",
    "judge": "steps.judge",
    "retain": "steps.retain",
    "value": "steps.value",
    "profile": "steps.profile",
    "rfm": "steps.rfm",
    "check": "commands.check",
    "assigned_customers": "commands.assign",
    "export_table": "commands.export",
    "Params": "base.params",
    "load_params": "base.params",
    "StudyError": "base.errors",
}
__all__ = ["scorer", *_HOMES]


def __getattr__(name: str) -> Any:
    if name == "scorer":  # a module, so that it can be used without all that fits it
        return import_module(f"{__name__}.steps.scorer")
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
