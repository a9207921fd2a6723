"""The one error that a person is meant to read."""

from __future__ import annotations


class StudyError(Exception):
    """Something the person running the study can mend: says what is wrong, where, and what to do.

    It does not know who asked: `setting` names the parameter to change (`clustering.k_max`), `stage` the step to run
    first; the edge (command line, web page) adds where that setting stands and how that step is run.
    """

    def __init__(self, what: str, setting: str | None = None, stage: str | None = None) -> None:
        super().__init__(what)
        self.setting, self.stage = setting, stage

    @classmethod
    def of_the_disk(cls, error: OSError) -> StudyError:
        """What the operating system refused, in a sentence."""
        place = f"{error.filename} " if error.filename else "A file "
        return cls(f"{place}could not be read or written ({error.strerror}): make room or give access, and run again.")

    def in_a_study_folder(self) -> str:
        """The sentence for someone at a study's folder, with the file to edit or the command to run."""
        told = str(self)
        if self.setting and f"`{self.setting}`" in told:
            told += f" (`{self.setting}` stands in params.yaml.)"
        elif self.setting:
            told += f" The setting is `{self.setting}` in params.yaml."
        return f"{told} Run `dvc repro {self.stage}` (or `make run`) first." if self.stage else told

    def _render_traceback_(self) -> list[str]:
        """Show only the sentence when a notebook cell raises this (a hook of IPython's)."""
        return [f"StudyError: {self.in_a_study_folder()}"]
