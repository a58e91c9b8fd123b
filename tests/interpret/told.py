"""What interpretation tells about a few small files, as lines that a test can name."""

import textwrap

from dblint import frameworks
from dblint.interpret import Interpretation
from tests.frameworks.lines import access_line, lines, run

ALL = frameworks.load()
SQL = next(framework for framework in ALL if framework.name == "dbapi")


def interpretation(source: str, files: dict[str, str] | None = None, *, path: str = "app/db.py") -> Interpretation:
    """What a file says, others beside it."""
    texts = {name: textwrap.dedent(text) for name, text in (files or {}).items()}
    return run(SQL, ALL, {**texts, path: textwrap.dedent(source)})


def facts(source: str, files: dict[str, str] | None = None, *, path: str = "app/db.py") -> set[str]:
    """The facts of all files, in the notation of the examples of frameworks."""
    return lines(interpretation(source, files, path=path))


def accesses(source: str, files: dict[str, str] | None = None, *, path: str = "app/db.py") -> set[str]:
    """The accesses and unresolved places of all files, with what is known of the text."""
    found = interpretation(source, files, path=path)
    told = {access_line(access) for statement in found.statements for access in statement.accesses}
    return told | {f"UNRESOLVED {item.reason}: {item.partial}" for item in found.unresolved}


def placed(source: str, files: dict[str, str] | None = None, *, path: str = "app/db.py") -> set[str]:
    """Each table with the line it is used on, files other than `path` by name."""
    found = interpretation(source, files, path=path)
    return {
        f"{access.table} {access.place if access.place.path != path else access.place.line}"
        for statement in found.statements
        for access in statement.accesses
    }


def surely(source: str, files: dict[str, str] | None = None) -> dict[str, str]:
    """The confidence of each table."""
    found = interpretation(source, files)
    return {str(access.table): access.confidence for statement in found.statements for access in statement.accesses}
