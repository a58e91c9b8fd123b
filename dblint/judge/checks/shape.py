"""A statement depends on the order or the number of another service's columns."""

from collections.abc import Iterator, Sequence

from dblint.graph import Coupling
from dblint.judge.checks.access import draft, statements
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.judge.wording import holder, owned, shown
from dblint.model.facts import Access


class Options(Scope, frozen=True, forbid_unknown_fields=True):
    """`shapes`: the statement shapes that are meant; one stands for those below it too (`star` for `star.positional`)."""

    shapes: tuple[str, ...] = ("star", "insert.nolist")


def shape(coupling: Coupling, options: Options) -> Iterator[Draft]:
    """A draft for every statement of one of the shapes that uses another service's table."""
    for uses in statements(coupling, options):
        chosen = [use for use in uses if _has_shape(use, options.shapes)]
        if chosen:
            yield draft(coupling, chosen, _message(coupling, chosen))


def _has_shape(use: Access, shapes: Sequence[str]) -> bool:
    return any(use.shape == wanted or use.shape.startswith(wanted + ".") for wanted in shapes)


def _message(coupling: Coupling, uses: Sequence[Access]) -> str:
    first = uses[0]
    other = holder(coupling, first.table)
    if any(use.mode == "write" for use in uses):
        deed, result = f"writes to {shown(first.table)} without naming columns", "fails or fills the wrong columns"
    else:
        deed, result = f"reads every column of {shown(first.table)}", "gets something else than it was written for"
    return (
        f"{first.service} {deed}, {owned(coupling, first.table)}: "
        f"whenever {other} adds, drops or moves a column, {first.service} {result}"
    )
