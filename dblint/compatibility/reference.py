"""The matrix as a page of documentation."""

from collections.abc import Iterator

from dblint.compatibility.matrix import CONSUMERS, DIALECTS, ChangeRow, matrix

_LETTERS = """\
| cell | what happens |
|---|---|
| E | the statement fails at run time |
| S | it works and gives wrong data, or loses data, in silence |
| D | the database refuses the change itself, or destroys the consumer with it (`CASCADE`) |
| R | it depends on the data, on the moment or on the client |
| ok | nothing happens |
| - | the two cannot meet |
"""
_INTRODUCTION = """\
Generated from `dblint/compatibility/matrix.yaml` by `python -m dblint.compatibility.reference`; do not edit.
Rule DBL201 breaking-schema-change looks up here what a pending change does to each use by another service: E and S
are errors, D and R warnings (D with `CASCADE` an error). One step milder are guesses, uses whose columns are not known,
uses that the same branch ends, and cells that depend on a database that is not known; `SELECT *` is a warning at most,
unless the whole table goes.
"""
_NAMES = {"mysql": "MySQL, MariaDB", "sqlite": "SQLite", "tsql": "SQL Server", "oracle": "Oracle"}


def markdown() -> str:
    """The page, ending with a line break."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    found = matrix()
    yield "# What a schema change does to whoever uses the table"
    yield ""
    yield _INTRODUCTION
    yield _LETTERS
    yield "## Uses"
    yield ""
    yield "| code | use |"
    yield "|---|---|"
    for consumer in CONSUMERS:
        yield f"| {consumer} | {found.consumers[consumer]} |"
    yield ""
    yield "## Changes"
    yield ""
    yield "The cells hold for PostgreSQL; where another database differs, the section of the change says so. Of two letters the"
    yield "first is what usually happens and decides."
    yield ""
    yield f"| change | {' | '.join(CONSUMERS)} |"
    yield f"|---|{'---|' * len(CONSUMERS)}"
    for row in found.changes:
        yield f"| [{row.change}](#{_anchor(row)}) | {' | '.join(row.cells[consumer] for consumer in CONSUMERS)} |"
    for row in found.changes:
        yield from _section(row)
    yield ""
    yield "## Sources"
    yield ""
    for name, address in found.sources.items():
        yield f"- {name}: {address}"


def _anchor(row: ChangeRow) -> str:
    return row.change.replace(".", "")


def _section(row: ChangeRow) -> Iterator[str]:
    found = matrix()
    yield ""
    yield f"### {row.change}"
    yield ""
    yield f"{row.title[:1].upper()}{row.title[1:]}. Instead: {row.instead}."
    for note in row.notes:
        yield ""
        yield found.notes[note]
    differing = [(dialect, getattr(row, dialect)) for dialect in DIALECTS[1:]]
    if any(cells for _, cells in differing):
        yield ""
    for dialect, cells in differing:
        if cells:
            told = ", ".join(f"{consumer} {cells[consumer]}" for consumer in CONSUMERS if consumer in cells)
            yield f"- {_NAMES[dialect]}: {told}"
    yield ""
    yield f"Sources: {', '.join(row.sources)}."


if __name__ == "__main__":
    import sys

    sys.stdout.write(markdown())
