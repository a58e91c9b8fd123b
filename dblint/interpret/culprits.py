"""A file that the interpreter stumbles over costs that file alone, and is told."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType

from msgspec.structs import replace

from dblint.interpret.evaluation.values import Environment
from dblint.interpret.mapping.entities import Model
from dblint.interpret.tree.units import Unit
from dblint.model.facts import Interpretation, Problem
from dblint.model.syntax import Module

_SPARED = 5
"""So many files may be left out; a mistake of ours that hits more of them should stop the run."""


def confined(modules: Iterable[Module], interpret: Callable[[Iterable[Module]], Interpretation]) -> Interpretation:
    """Return what modules say together, less the files at which the interpreter fails, which are problems then.

    Raises:
        Exception: whatever `interpret` raises where no single file can be blamed.
    """
    left = tuple(modules)
    problems: list[Problem] = []
    while True:
        try:
            found = interpret(left)
        except Exception as error:
            path = _culprit(error.__traceback__)
            rest = tuple(module for module in left if module.path != path)
            if len(rest) == len(left) or len(problems) == _SPARED:
                raise
            reason = "too-deep" if isinstance(error, RecursionError) else "internal-error"
            problems.append(Problem(path, reason, detail=f"{type(error).__name__} while it was interpreted"))
            left = rest
        else:
            return replace(found, problems=tuple(problems)) if problems else found


def _culprit(trace: TracebackType | None) -> str:
    """Return the file at which the interpreter was last, by what its functions held in their hands; empty for none.

    To note the file in every function that could fail would cost each run what one in many thousand needs.
    """
    path = ""
    for held in _held(trace):
        if isinstance(held, Unit | Module):
            path = held.path
        elif isinstance(held, Environment | Model):
            path = held.unit.path
    return path


def _held(trace: TracebackType | None) -> Iterator[object]:
    while trace is not None:
        names = trace.tb_frame.f_locals
        # what a function was given or goes over says where it is, what it has found besides does not
        yield from (names[name] for name in ("module", "unit", "at", "model") if name in names)
        trace = trace.tb_next
