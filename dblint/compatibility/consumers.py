"""Which kinds of consumer a use of a table is, seen from one of its columns."""

from collections.abc import Collection, Iterator

from dblint.compatibility.matrix import Consumer
from dblint.model.facts import Access

_EVERYTHING = ("table.", "view.drop", "revoke", "rls.enable", "trigger.add", "retention.")


def is_about_the_table(change: str) -> bool:
    """Whether a kind of change concerns every use of the table, whatever columns it names."""
    return change.startswith(_EVERYTHING)


def kinds_of(access: Access, columns: Collection[str], *, known: bool = True) -> Iterator[tuple[Consumer, bool]]:
    """What kinds of consumer a use is of a change of these columns (in lower case), and whether that is certain.

    Not certain is a use whose columns are not known; nor, unless the table is `known` to have these columns, one that names
    them beside other tables.
    """
    named = None if access.columns is None else {name.casefold() for name in access.columns} - {"*"}
    touches = named is None or bool(named & set(columns))
    sure = named is not None
    besides = {name.casefold() for name in access.besides} & set(columns)
    beside: tuple[tuple[Consumer, bool], ...] = (("RN", known),) if besides else ()
    reads: tuple[tuple[Consumer, bool], ...] = (("RN", True),) if sure and touches else beside
    if access.mode == "ddl":
        return
    if access.shape == "conflict":
        yield from (("UC", sure),) if touches else ()
    elif access.shape in ("star", "star.positional"):
        yield ("RP" if access.shape == "star.positional" else "RS"), True
    elif access.action in ("delete", "truncate"):
        yield from (("DL", True), *reads)
    elif access.mode == "write":
        yield from (*_writes(access, touches=touches, sure=sure), *beside)
    elif access.mode in ("read", "lock"):
        # Where only rows are counted or locked, columns that are not known are most likely none.
        yield from reads or ((("RN", False),) if touches and access.shape == "cols" else (("RO", True),))


def _writes(access: Access, *, touches: bool, sure: bool) -> Iterator[tuple[Consumer, bool]]:
    if access.action == "update" or access.shape == "update.cols":
        yield ("UP", sure) if touches else ("RO", True)
    elif access.shape == "insert.nolist":
        yield "IX", True
    elif touches:
        yield "IC", sure
    else:
        yield "IO", True
