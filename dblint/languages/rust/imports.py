"""Rust's use declarations, read as text: the same for a parsed file and for one that is only skimmed."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import basename

from dblint.model.syntax import Import

_USE = re.compile(r"^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?use[ \t\n]+([^;]*);", re.MULTILINE)
_INDEX = frozenset({"mod.rs", "lib.rs", "main.rs"})


def imports(path: str, tree: str, line: int) -> Iterator[Import]:
    """What a use tree binds (https://doc.rust-lang.org/reference/items/use-declarations.html)."""
    for steps, alias in _flat("".join(tree.split(" ")) if " as " not in tree else " ".join(tree.split())):
        made = _import(path, steps, alias, line)
        if made is not None:
            yield made


def _flat(tree: str) -> Iterator[tuple[list[str], str]]:
    """The (path, alias) pairs of a use tree."""
    tree = tree.strip()
    opening = tree.find("{")
    if opening < 0:
        written, _, alias = tree.partition(" as ")
        yield [part for part in written.replace(" ", "").split("::") if part], alias.strip()
        return
    before = [part for part in tree[:opening].replace(" ", "").split("::") if part]
    for inner in _divided(tree[opening + 1 : tree.rfind("}")]):
        for steps, alias in _flat(inner):
            yield (before if steps == ["self"] else [*before, *steps]), alias


def _divided(inner: str) -> Iterator[str]:
    """The parts between the commas that stand in no inner braces."""
    depth, start = 0, 0
    for position, character in enumerate(inner):
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            yield inner[start:position]
            start = position + 1
    if inner[start:].strip():
        yield inner[start:]


def _import(path: str, steps: list[str], alias: str, line: int) -> Import | None:
    if not steps:
        return None
    # `schema::orders::dsl::*` brings the table `orders` and its columns; diesel's tables are modules.
    if "dsl" in steps[1:] and steps[-1] in {"*", "dsl"}:
        steps = steps[: steps.index("dsl")]
        alias = ""
    *above, last = steps
    name = alias or last
    if not above:
        return Import(name, last, "", "", line) if last not in {"self", "super", "crate"} else None
    module = _module(path, above)
    inside = PurePosixPath(path).parts[:-1]
    if module is None and above == ["crate"] and last[:1].islower() and "src" in inside:
        module = "." * (inside[::-1].index("src") + 1)  # a module beside the crate's root
    if module is None:
        # A name of the crate's root: whatever the tree calls so.
        return None
    return Import("*" if last == "*" else name, module, last, "", line)


def _module(path: str, steps: list[str]) -> str | None:
    """A path of modules with dots: relative to the file as in Python for `self` and `super`, else absolute."""
    index = basename(path) in _INDEX
    first, *rest = steps
    if first == "crate":
        return ".".join(rest) or None
    if first in {"self", "super"}:
        ups = 0
        while rest and rest[0] == "super":
            ups, rest = ups + 1, rest[1:]
        dots = 1 + ups + (first == "super" and index)
        inside = [basename(path).removesuffix(".rs")] if first == "self" and not index else []
        return "." * dots + ".".join([*inside, *rest])
    return ".".join(steps)


def skimmed(path: str, text: str) -> Iterator[Import]:
    """What all use declarations of a file bind, found without parsing it."""
    for found in _USE.finditer(text):
        yield from imports(path, found.group(1), text.count("\n", 0, found.start(1)) + 1)
