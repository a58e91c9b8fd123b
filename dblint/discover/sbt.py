"""The projects of an sbt build, by its build file alone.

Source: https://www.scala-sbt.org/1.x/docs/Multi-Project.html
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dblint.discover.listing import Listing, parent

_PROJECT = re.compile(r"^[ \t]*lazy[ \t]+val[ \t]+`?([\w\-]+)`?[ \t]*(?::[^=\n]+)?=", re.MULTILINE)
_TEXT = re.compile(r"\"([\w.\-/]+)\"")
_DEPENDS = re.compile(r"\.dependsOn\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_NAMED = re.compile(r"\bval\s+(\w+)\s*(?::\s*String\s*)?=\s*\"([\w.\-/]+)\"")
_WORD = re.compile(r"`?([A-Za-z_][\w\-]*)`?")
_MAKES = re.compile(r"\b(?:[Pp]roject|crossProject)\b|Project\s*\(|enablePlugins")


class Project(NamedTuple):
    """One project of a build: its folder, and the folders of the projects that it depends on."""

    name: str
    folder: str
    depends: tuple[str, ...]


def projects_of(path: str, listing: Listing) -> tuple[Project, ...]:
    """The projects that a `build.sbt` defines in folders of their own."""
    text = _with_folders(listing.text(path, 200_000))
    here = parent(path)
    found = [
        (name, chunk, folder) for name, chunk in _chunks(text) if (folder := _folder(name, chunk, here, listing)) is not None
    ]
    folders = {name: folder for name, _, folder in found}
    return tuple(Project(name, folder, tuple(_depended(chunk, folders))) for name, chunk, folder in found)


def _with_folders(text: str) -> str:
    """The text of a build with the folders in it that it gives names to (`file(backend + "/api")`, `file(s"$backend/api")`)."""
    for name, value in dict(_NAMED.findall(text)).items():
        text = re.sub(
            rf"\b{name}\s*\+\s*\"|\bs\"\$(?:{name}\b|\{{{name}\}})", f'"{value}', text
        )  # words, dots and slashes alone
    return text


def _chunks(text: str) -> Iterator[tuple[str, str]]:
    starts = list(_PROJECT.finditer(text))
    ends = [*(following.start() for following in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=False):  # a build without projects has no start, and an end
        chunk = text[start.end() : end]
        if _MAKES.search(chunk):
            yield start.group(1), chunk


def _folder(name: str, chunk: str, here: str, listing: Listing) -> str | None:
    """The folder of a project: one that its definition names first, else that of its own name."""
    named = [text for text in _TEXT.findall(chunk.partition(".settings")[0])[:3] if text != "."]
    for written in (*named, name):
        folder = written if here in ("", ".") else f"{here}/{written}"
        if any(True for _ in listing.below(folder)):
            return folder
    return None


def _depended(chunk: str, folders: dict[str, str]) -> Iterator[str]:
    for depends in _DEPENDS.findall(chunk):
        yield from (folders[word] for word in _WORD.findall(re.sub(r"\"[^\"]*\"", "", depends)) if word in folders)
