"""What a run spent its time on, as tables for people."""

from collections.abc import Iterable, Sequence

from dblint.engine.stopwatch import FileTime, Stopwatch
from dblint.report.escape import show

_SLOWEST = 10


def render(watch: Stopwatch) -> str:
    """The seconds of each stage, language and framework, and the slowest files."""
    files = watch.files()
    stages = [("start (CPU)", f"{watch.started:.3f}"), *((name, f"{seconds:.3f}") for name, seconds in watch.stages.items())]
    blocks = [_table(("stage", "seconds"), [*stages, ("total", f"{watch.total:.3f}")])]
    if files:
        headings = ("files", "read anew", "reading", "interpreting")
        languages = [(name, *_sums([one for one in files if one.language == name])) for name in _names(files)]
        blocks.append(_table(("language", *headings), _longest_first(languages)))
        used = sorted({name for one in files for name in one.frameworks})
        frameworks = [(name, *_sums([one for one in files if name in one.frameworks])) for name in used]
        if frameworks:
            blocks.append(_table(("framework", *headings), _longest_first(frameworks)))
        slowest = [(show(one.path), f"{one.reading:.3f}", f"{one.interpreting:.3f}") for one in files[:_SLOWEST] if one.seconds]
        if slowest:
            blocks.append(_table(("slowest files", "reading", "interpreting"), slowest))
        notes = "Files are read in several processes at a time; one that names several frameworks counts for each of them."
        blocks.append(notes + "\n")
    return "\n".join(blocks)


def _names(files: Iterable[FileTime]) -> list[str]:
    return sorted({one.language for one in files})


def _sums(files: Sequence[FileTime]) -> tuple[str, str, str, str]:
    anew = sum(1 for one in files if not one.remembered)
    reading, interpreting = sum(one.reading for one in files), sum(one.interpreting for one in files)
    return f"{len(files):,}", f"{anew:,}", f"{reading:.3f}", f"{interpreting:.3f}"


def _longest_first(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return sorted(rows, key=lambda row: (-float(row[3]) - float(row[4]), row[0]))


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))])
        for row in (headings, *rows)
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"
