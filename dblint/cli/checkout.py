"""The tree as git has it, in a commit or in the index, copied only where and as far as that is needed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dblint import config as configurations
from dblint import history
from dblint.baseline import FOLDER
from dblint.cli.engine import stage
from dblint.discover.listing import Listing, list_only, listed
from dblint.pipeline import Checkout


@contextmanager
def checked_out(path: Path, config: Path | None, commit: str, *, later: bool = False) -> Iterator[Checkout]:
    """The tree at `path` as it is in a commit, or in the index where no commit is given.

    With `later`, files are copied only once they are listed.

    Raises:
        HistoryError: if git cannot give it.
    """
    top = _top(path, config)
    entries = history.entries_at(top, commit) if commit else history.entries_staged(top)
    place, content = str(path.absolute()), history.identity(entries)
    if not commit and top == path and _lies_there(path, config, entries):
        yield Checkout(path, place, content, lambda: list_only(path, [entry.path for entry in entries]))
        return
    with history.copied(top, entries) as copied:
        here = copied.folder / path.absolute().relative_to(top.absolute())
        here.mkdir(parents=True, exist_ok=True)
        if here != copied.folder:
            # The configuration lies above: it is looked for up to here and no further.
            (copied.folder / ".git").write_bytes(b"")
        if not later:
            with stage("check out"):
                copied.add()

        def listing() -> Listing:
            with stage("check out"):
                copied.add()
            return listed(here)

        yield Checkout(here, place, content, listing)


def _lies_there(path: Path, config: Path | None, entries: Iterable[history.Entry]) -> bool:
    """Whether the work tree can be read instead: it holds what is staged, and nothing else that is read for its name."""
    staged = {entry.path for entry in entries}
    named = [file for file in configurations.places(path) if file.exists()]
    if any(b"-folders" in file.read_bytes() for file in (*named, *([config] if config else []))):
        return False  # rules and frameworks of the project's own
    named += [file for file in (path / FOLDER).rglob("*") if not file.is_dir()]
    top = path.absolute()
    known = all(file.absolute().is_relative_to(top) and _name(file, top) in staged for file in named)
    return known and history.lies_there(path, entries)


def _name(file: Path, top: Path) -> str:
    return file.absolute().relative_to(top).as_posix()


def _top(path: Path, config: Path | None) -> Path:
    """The folder whose files are needed: the scanned one, or that of its configuration above it."""
    found = None if config else configurations.find(path)
    return path if found is None or found.parent == path.absolute() else found.parent
