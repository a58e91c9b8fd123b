"""How much was understood, in words: the lines that close every report."""

from collections import Counter
from itertools import groupby

from dblint.model.coverage import Coverage
from dblint.model.facts import Problem
from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.report.escape import show

_LANGUAGES = {
    "csharp": "C#",
    "cpp": "C++",
    "fsharp": "F#",
    "javascript": "JavaScript",
    "php": "PHP",
    "typescript": "TypeScript",
}


def closing_line(coverage: Coverage) -> str:
    """The line that closes every report: files read, statements resolved, and what was not understood."""
    wanted = files_wanted(coverage)
    unread = wanted - coverage.files_read
    partly = min(coverage.files_partly_read, unread)
    gaps = [f"{unread - partly:,} not analysed"] + ([f"{partly:,} read in part"] if partly else [])
    found, resolved = coverage.statements_found, coverage.statements_resolved
    share = f"{100 * resolved / found:.1f} %" if found else "none found"
    return (
        f"read {coverage.files_read:,} of {wanted:,} files ({', '.join(gaps)})"
        f" · {resolved:,} of {found:,} SQL statements resolved ({share})"
        f" · {coverage.dynamic:,} dynamic · {coverage.opaque:,} opaque"
    )


def files_wanted(coverage: Coverage) -> int:
    """The files that ought to be analysed: those seen, less those declared out."""
    return coverage.files_seen - coverage.declared_out


def closing(tree: Tree, system: System) -> list[str]:
    """The last lines of a text report: what was looked at and how much of it was understood."""
    lines = []
    if tree.unsupported:
        lines.append(f"not read: {unsupported(tree)}")
    if system.coverage.declared_out:
        lines.append(
            f"left out: {count(system.coverage.declared_out, 'file')} of tests, vendored, generated or unsupported code"
        )
    lines.append(f"{_folders(tree)} · {count(len(system.tables), 'table')}")
    return [*lines, closing_line(system.coverage)]


def _folders(tree: Tree) -> str:
    """The services, counted apart from shared code and folders that only define database objects."""
    kinds = Counter[str](service.kind for service in tree.services)
    others = (("library", "libraries"), ("schema", "schemas"))
    besides = (count(kinds[kind], kind, plural) for kind, plural in others if kinds[kind])
    return ", ".join((count(kinds["service"], "service"), *besides))


def unsupported(tree: Tree) -> str:
    """The files of languages that dblint cannot read, counted: `12 Java files, 1 Ruby file`."""
    return ", ".join(
        count(number, f"{show(_LANGUAGES.get(name, name.capitalize()))} file") for name, number in sorted(tree.unsupported)
    )


def not_analysed(problems: tuple[Problem, ...]) -> list[str]:
    """One line `path: reason` for every file and reason, with the lines where it is a part of the file."""
    rows = []
    for (path, reason), group in groupby(sorted(problems, key=_by_reason), key=lambda p: (p.path, p.reason)):
        members = list(group)
        numbers = sorted({p.line for p in members if p.line > 1})
        where = f"line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers[:5]))}{' …' if len(numbers) > 5 else ''}"
        notes = [*([where] if numbers else []), *sorted({show(p.detail) for p in members if p.detail})[:3]]
        rows.append(f"{show(path)}: {show(reason)}" + (f" ({'; '.join(notes)})" if notes else ""))
    return rows


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 table`, `2 tables`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def _by_reason(problem: Problem) -> tuple[str, str, int, str]:
    return problem.path, problem.reason, problem.line, problem.detail
