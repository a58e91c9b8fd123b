"""Crates of a Rust tree: what `database::user` means where `database` is a member of the workspace, by its Cargo.toml.

Source: https://doc.rust-lang.org/cargo/reference/cargo-targets.html#library.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

_SECTION = re.compile(r"^\[(package|lib)\]\s*\n((?:(?!\[).*\n?)*)", re.MULTILINE)
_SETTING = re.compile(r"^\s*(name|path)\s*=\s*\"([^\"\n]+)\"", re.MULTILINE)


class Crates:
    """Finds the folder that the path of a crate means; `folders` are those that hold code."""

    def __init__(self, files: Callable[[str], str | None], folders: Iterable[str]) -> None:
        found = tuple(_sources(files, folders))
        self._sources = {crate.name: crate.source for crate in found}
        self._of = {crate.source: crate for crate in found}

    def target(self, module: str) -> str | None:
        """Return the path without an ending that a dotted module means, None where it begins with no crate of the tree."""
        crate, _, rest = module.partition(".")
        source = self._sources.get(crate)
        return "/".join(part for part in (source, rest.replace(".", "/")) if part) if source is not None else None

    def of(self, path: str) -> str | None:
        """Return the folder of the crate that a file is part of, None where no manifest says it."""
        around = [source for source in self._sources.values() if path.startswith(f"{source}/")]
        return max(around, key=len, default=None)

    def takes(self, path: str, other: str) -> bool:
        """Return whether the crate of a file may use that of another: it is the same one, or its manifest names it."""
        mine, theirs = (self._of.get(self.of(each) or "") for each in (path, other))
        if mine is None or theirs is None or mine == theirs or mine.manifest == theirs.manifest:
            return True
        return re.search(rf"(?<![\w-]){re.escape(theirs.package)}(?![\w-])", mine.manifest) is not None


class _Crate(NamedTuple):
    """A crate as code calls it, its package, the folder of its root module, and the text of its manifest."""

    name: str
    package: str
    source: str
    manifest: str


def _sources(files: Callable[[str], str | None], folders: Iterable[str]) -> Iterator[_Crate]:
    """Yield every crate of which a manifest says the name."""
    above = {str(each) for folder in folders for each in (PurePosixPath(folder), *PurePosixPath(folder).parents)}
    for folder in sorted(above):
        base = "" if folder == "." else folder
        text = files(f"{base}/Cargo.toml" if base else "Cargo.toml")
        said = {found[1]: dict(_SETTING.findall(found[2])) for found in _SECTION.finditer(text)} if text else {}
        name = said.get("lib", {}).get("name") or said.get("package", {}).get("name")
        if text and name:
            package = said.get("package", {}).get("name") or name
            root = str(PurePosixPath(said.get("lib", {}).get("path", "src/lib.rs")).parent)
            source = "/".join(part for part in (base, root) if part not in ("", "."))
            yield _Crate(name.replace("-", "_"), package, source, text)
