"""A baseline from its files; every mistake is collected with its place, since half a baseline would be a wrong verdict."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from dblint.baseline.model import FOLDER, Baseline, BaselineError, Entry, Key
from dblint.config.document import MAX_BYTES, DocumentError, Node, documents, duplicates
from dblint.config.model import Mistake
from dblint.model.place import Place

_TEXTS = ("rule", "service", "table", "mode")
_ACCEPTED = (*_TEXTS, "files")
_TOP = ("version", "owner", "accepted", "unresolved", "not-analysed")


def read(root: Path) -> Baseline:
    """The baseline in `root`, empty where there is none.

    Raises:
        BaselineError: with every mistake in its files.
    """
    entries: list[Entry] = []
    unresolved: list[tuple[str, int]] = []
    unread: list[tuple[str, str]] = []
    mistakes: list[Mistake] = []
    files = sorted((root / FOLDER).glob("*.yaml"))
    for file in files:
        reader = _Reader(f"{FOLDER}/{file.name}")
        try:
            with file.open("rb") as stream:
                found = documents(stream.read(MAX_BYTES + 1).decode("utf-8-sig"))
        except OSError:
            reader.complain(1, 1, "cannot be read")
        except UnicodeDecodeError:
            reader.complain(1, 1, "is not UTF-8 text")
        except DocumentError as error:
            reader.complain(error.line, error.column, error.message)
        else:
            entries += reader.entries(found)
            unresolved += reader.unresolved
            unread += reader.unread
        mistakes += reader.mistakes
    if mistakes:
        raise BaselineError(tuple(mistakes))
    return Baseline(tuple(entries), tuple(unresolved), tuple(unread), tuple(file.name for file in files))


class _Reader:
    """Reads one file and remembers what is wrong with it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.mistakes: list[Mistake] = []
        self.unresolved: list[tuple[str, int]] = []
        self.unread: list[tuple[str, str]] = []

    def complain(self, line: int, column: int, message: str) -> None:
        self.mistakes.append(Mistake(self._path, line, column, message))

    def entries(self, found: tuple[Node, ...]) -> list[Entry]:
        """The accepted findings; what the file says about coverage is kept beside."""
        if len(found) != 1 or found[0].kind != "mapping":
            self.complain(1, 1, "must be one mapping with `version`, `owner` and `accepted`")
            return []
        top = found[0]
        for key in duplicates(top):
            self.complain(key.line, key.column, f"key '{key.text}' is written twice")
        self._keys(top, _TOP)
        version = top.get("version")
        if version is None or version.text != "1":
            spot = version or top
            self.complain(spot.line, spot.column, "'version' must be 1, the only version of this format")
        for name, value in top.children("unresolved"):
            self.unresolved.append((name.text, self._count(value)))
        for name, value in top.children("not-analysed"):
            self.unread.append((name.text, self._text(value, "the reason")))
        owner = top.get("owner")
        whose = None if owner is None or owner.empty else self._text(owner, "'owner'")
        return [entry for item in self._list(top.get("accepted")) for entry in self._accepted(item, whose)]

    def _accepted(self, item: Node, owner: str | None) -> Iterator[Entry]:
        if item.kind != "mapping":
            self.complain(item.line, item.column, f"must be a mapping with {', '.join(_ACCEPTED)}")
            return
        self._keys(item, _ACCEPTED)
        texts = []
        for name in _TEXTS:
            value = item.get(name)
            if value is None:
                self.complain(item.line, item.column, f"missing key '{name}'")
            texts.append("" if value is None else self._text(value, f"'{name}'"))
        files = item.get("files")
        if files is None or files.kind != "mapping":
            spot = files or item
            self.complain(spot.line, spot.column, "'files' must be a mapping of files to the number of findings")
            return
        table = item.get("table") or item
        rule, service, name, mode = texts
        for path, count in files.pairs:
            key = Key(rule, service, name, mode, path.text)
            yield Entry(key, self._count(count), owner, Place(self._path, table.line, table.column))

    def _list(self, node: Node | None) -> tuple[Node, ...]:
        if node is None or node.empty:
            return ()
        if node.kind != "sequence":
            self.complain(node.line, node.column, "'accepted' must be a list")
        return node.items

    def _text(self, node: Node, name: str) -> str:
        if node.kind != "scalar":
            self.complain(node.line, node.column, f"{name} must be a text")
        return node.text

    def _count(self, node: Node) -> int:
        if node.kind == "scalar" and node.text.isdecimal() and 0 < len(node.text) < 10 and int(node.text) > 0:
            return int(node.text)
        self.complain(node.line, node.column, "must be a number from 1")
        return 1

    def _keys(self, node: Node, known: tuple[str, ...]) -> None:
        for key, _ in node.pairs:
            if key.text not in known:
                close = difflib.get_close_matches(key.text, known, n=1)
                hint = f" (did you mean '{close[0]}'?)" if close else f"; known are {', '.join(known)}"
                self.complain(key.line, key.column, f"unknown key '{key.text}'{hint}")
