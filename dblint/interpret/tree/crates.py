"""Crates of a Rust tree: what `database::user` means where `database` is a member of the workspace, by its Cargo.toml.

Source: https://doc.rust-lang.org/cargo/reference/cargo-targets.html#library.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

_SECTION = re.compile(r"^\[(package|lib)\]\s*\n((?:(?!\[).*\n?)*)", re.MULTILINE)
_SETTING = re.compile(r"^\s*(name|path)\s*=\s*\"([^\"\n]+)\"", re.MULTILINE)


class Crates:
    """Finds the folder that the path of a crate means; `folders` are those that hold code."""

    def __init__(self, files: Callable[[str], str | None], folders: Iterable[str]) -> None:
        self._sources = dict(_sources(files, folders))

    def target(self, module: str) -> str | None:
        """Return the path without an ending that a dotted module means, None where it begins with no crate of the tree."""
        crate, _, rest = module.partition(".")
        source = self._sources.get(crate)
        return "/".join(part for part in (source, rest.replace(".", "/")) if part) if source is not None else None

    def of(self, path: str) -> str | None:
        """Return the folder of the crate that a file is part of, None where no manifest says it."""
        around = [source for source in self._sources.values() if path.startswith(f"{source}/")]
        return max(around, key=len, default=None)


def _sources(files: Callable[[str], str | None], folders: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the name of every crate, as code writes it, with the folder of its root module."""
    above = {str(each) for folder in folders for each in (PurePosixPath(folder), *PurePosixPath(folder).parents)}
    for folder in sorted(above):
        base = "" if folder == "." else folder
        text = files(f"{base}/Cargo.toml" if base else "Cargo.toml")
        said = {found[1]: dict(_SETTING.findall(found[2])) for found in _SECTION.finditer(text)} if text else {}
        name = said.get("lib", {}).get("name") or said.get("package", {}).get("name")
        if name:
            root = str(PurePosixPath(said.get("lib", {}).get("path", "src/lib.rs")).parent)
            yield name.replace("-", "_"), "/".join(part for part in (base, root) if part not in ("", "."))
