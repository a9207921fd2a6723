"""The one error that a person is meant to read."""


class StudyError(Exception):
    """Something the person running the study can mend: says what is wrong, where, and what to do."""

    def _render_traceback_(self) -> list[str]:
        """Show only the sentence when a notebook cell raises this (a hook of IPython's)."""
        return [f"StudyError: {self}"]
