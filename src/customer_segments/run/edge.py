"""How every command ends: when it is done, or in one sentence with an exit code; never in a traceback."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TextIO

from customer_segments.base.errors import StudyError, of_the_machine

FAILED, SIGNALLED = 1, 128  # and the signal's number is added, as shells do: 130 for Ctrl-C
LEAST_MEMORY = 500 << 20  # of address space; with less, libraries in C end the process without a word
SWEPT_EVERY = 50_000  # objects
CLEARING_UP = 10.0  # seconds within which a second signal does not stop what the first one began
TRACEBACK_VARIABLE = "SEGMENTS_TRACEBACK"
ENDING = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}


def seldom_swept() -> None:
    """Look for what is held by nobody far more seldom than Python does by itself, which takes a fifth of the time."""
    gc.set_threshold(SWEPT_EVERY)


def not_yet() -> None:
    """Hold back the signals that end a process until `ended` can answer them, also in the program that follows."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


@contextmanager
def held_back() -> Iterator[None]:
    """Programs that are started meanwhile begin with these signals held back, and answer them once they can."""
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)


def ended(work: Callable[[], object], name: str = "") -> int:
    """Do the work and return its exit code; `name` stands before the sentence where it could not be done."""
    seldom_swept()
    try:
        with _stoppable():
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
            _refuse_little_memory()
            work()
            _flush(sys.stdout)
    except SystemExit:  # argparse has told its own
        raise
    except BaseException as error:  # also what is no Exception, such as a panic in a library that is written in Rust
        _say(f"{name}: {_sentence(error)}" if name else _sentence(error))
        if os.environ.get(TRACEBACK_VARIABLE):
            traceback.print_exception(error)
        return _code(error)
    finally:
        for stream in (sys.stdout, sys.stderr):
            _spare(stream)
    return 0


def _refuse_little_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows knows no such limit
        return
    granted = resource.getrlimit(resource.RLIMIT_AS)[0]
    if granted != resource.RLIM_INFINITY and granted < LEAST_MEMORY:
        raise StudyError(
            f"There is not enough memory: this process may take {granted >> 20} MB (`ulimit -v`), and at least "
            f"{LEAST_MEMORY >> 20} MB are needed to start."
        )


def _sentence(error: BaseException) -> str:
    if isinstance(error, StudyError):
        return error.in_a_study_folder()
    if isinstance(error, KeyboardInterrupt):
        number = signal.Signals(_signal(error))
        by = "Ctrl-C" if number == signal.SIGINT else number.name
        return f"Stopped by {by} before the end: what was there before is kept; run it again."
    if isinstance(error, BrokenPipeError):
        return "What reads the output has ended before it was all written."
    if told := of_the_machine({each.__name__ for each in type(error).__mro__}, str(error)):
        return str(told)
    cause = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    where = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"Something that is not foreseen went wrong ({cause}, in {Path(where.filename).name}, line {where.lineno}): "
        f"please report it, with what {TRACEBACK_VARIABLE}=1 makes the same command print."
    )


def _signal(error: KeyboardInterrupt) -> int:
    return error.args[0] if error.args else signal.SIGINT


def _code(error: BaseException) -> int:
    if isinstance(error, KeyboardInterrupt):
        return SIGNALLED + _signal(error)
    if isinstance(error, BrokenPipeError):
        return SIGNALLED + signal.SIGPIPE
    return error.code if isinstance(error, StudyError) else FAILED


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let the signals that end a process stop the work; while it then clears up, more of them do not disturb it."""
    quiet_until, stopped_by = 0.0, 0

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal quiet_until, stopped_by
        if time.monotonic() >= quiet_until:
            quiet_until, stopped_by = time.monotonic() + CLEARING_UP, number
            raise KeyboardInterrupt(number)

    def swallowed(lost: sys.UnraisableHookArgs) -> None:
        """Python drops what is raised within a callback of its own: let the signal come once more, after it."""
        nonlocal quiet_until
        if not isinstance(lost.exc_value, KeyboardInterrupt):
            return usually(lost)
        quiet_until = 0.0
        again = threading.Timer(0.02, os.kill, (os.getpid(), _signal(lost.exc_value)))
        again.daemon = True
        again.start()

    usually = sys.unraisablehook
    main = threading.current_thread() is threading.main_thread()
    # What is ignored, as under `nohup`, stays ignored.
    own = [each for each, usual in ENDING.items() if main and signal.getsignal(each) == usual]
    for each in own:
        signal.signal(each, stop)
    if own:
        sys.unraisablehook = swallowed
    try:
        yield
    except Exception:
        if stopped_by:  # a library was at work, and told of it in an error of its own
            raise KeyboardInterrupt(stopped_by) from None
        raise
    finally:
        for each in own:  # one that comes while Python ends would take the place of the sentence
            signal.signal(each, signal.SIG_IGN if stopped_by else ENDING[each])
        if stopped_by:  # Python would send itself one where an `exec` was interrupted, as in many an import
            not_yet()
        sys.unraisablehook = usually


def _say(sentence: str) -> None:
    with suppress(OSError, ValueError):  # nobody listens
        print(sentence, file=sys.stderr, flush=True)


def _flush(stream: TextIO | None) -> None:
    if stream is not None:
        stream.flush()


def _spare(stream: TextIO | None) -> None:
    """Where a stream takes nothing more, keep Python from saying so once again when it ends."""
    try:
        _flush(stream)
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
