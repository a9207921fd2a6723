"""What only a person can tell about files, asked where one sits: each question with what it was taken for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from customer_segments.base.errors import StudyError
from customer_segments.commands.check import Told
from customer_segments.sources.reading import Question


def conversation(
    said: Told, look: Callable[[list[str]], Told], ask: Callable[[str], str]
) -> tuple[Told, list[Question]]:
    """Ask until nothing is open, or an answer is left out: what was said last, and what is open still."""
    options: list[str] = []
    confirmed: set[str] = set()
    while questions := [each for each in said.questions if each.told not in confirmed]:
        answered = _options_for(questions, ask)
        if answered is None:
            return said, questions
        confirmed |= {each.told for each in questions if not each.setting}
        try:
            said = look([*options, *answered])
            options += answered
        except StudyError as error:
            print(error)
    return said, []


def _options_for(questions: Sequence[Question], ask: Callable[[str], str]) -> list[str] | None:
    """The options of `segments check` that say what the person answered; None where one is left unanswered."""
    answered: list[str] = []
    for question in questions:
        try:
            option = _answer(question, ask)
        except EOFError:  # Ctrl-D
            return None
        if option is None:
            return None
        answered += option
    return answered


def _answer(question: Question, ask: Callable[[str], str]) -> list[str] | None:
    while True:
        answer = ask(f"\n{question.told}.\n{_prompt(question)} ").strip()
        if answer.startswith("--"):
            return answer.split(" ", 1)
        option = _of_column(question, answer) if question.setting.startswith("columns.") else _of_file(question, answer)
        if option is not None or answer.lower() in ("n", "no"):
            return option


def _prompt(question: Question) -> str:
    if question.choices:
        return "Which one? " + ", ".join(f"{number}: {each}" for number, each in enumerate(question.choices, 1)) + ":"
    if question.setting.startswith("columns."):
        ours = question.setting.rpartition(".")[2]
        kept = f"Enter for {question.taken!r}" if question.taken else "Enter for none"
        return f"Which column is `{ours}`? ({kept}; - for none):"
    return "Is that right? (y/n):"


def _of_column(question: Question, answer: str) -> list[str]:
    name = "" if answer == "-" else answer or question.taken or ""
    return ["--column", f"{question.setting.rpartition('.')[2]}={name}"]


def _of_file(question: Question, answer: str) -> list[str] | None:
    """A sheet by its number or name, or that it is right as it was taken; None for what is no answer."""
    if question.choices:
        number = int(answer) if answer.isdecimal() else 0
        name = question.choices[number - 1] if 0 < number <= len(question.choices) else answer
        return ["--sheet", name] if name in question.choices else None
    if answer.lower() not in ("y", "yes"):
        return None
    return [question.taken] if question.taken else []
