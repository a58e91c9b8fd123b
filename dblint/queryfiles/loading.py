"""Which code loads which query files, so that those in shared folders are charged like the code that loads them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from dblint.model.syntax import Module, Text

_LIBRARIES = frozenset({"aiosql", "anosql", "pugsql", "quma", "embrace", "yesql"})
_PARTS = ("evaluations", "bindings", "functions", "classes")


def loads(modules: Iterable[Module], files: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    """An import (module, query file, empty) for each of `files` that a text in a module names.

    A text names a file by the end of its path (`sql/orders.sql`); where the module imports a library of query files, also by
    the end of the path of a folder above it (`queries`).
    """
    by_end: defaultdict[str, list[str]] = defaultdict(list)
    by_folder: defaultdict[str, list[str]] = defaultdict(list)
    for path in files:
        parts = path.split("/")
        for start in range(len(parts)):
            by_end["/".join(parts[start:])].append(path)
            for end in range(start + 1, len(parts)):
                by_folder["/".join(parts[start:end])].append(path)
    found = set()
    endings = {f".{path.rpartition('.')[2]}".encode() for path in files}
    for module in modules if files else ():
        library = any(item.module.partition(".")[0] in _LIBRARIES for item in module.imports)
        # Written as bytes in a fraction of the time that a walk takes, and few modules say the ending of a query file.
        if not library and not any(map(msgspec.msgpack.encode(module).__contains__, endings)):
            continue
        known = by_end | by_folder if library else by_end
        for text in _texts(module):
            for path in known.get(text.strip("./"), ()):
                found.add((module.path, path, ""))
    return tuple(sorted(found))


def _texts(module: Module) -> Iterator[str]:
    """All string literals of a module that may be paths."""
    pending: list[object] = [getattr(module, name) for name in _PARTS]
    while pending:
        node = pending.pop()
        if isinstance(node, Text):
            if len(node.value) < 300:
                yield node.value
        elif isinstance(node, tuple):
            pending.extend(node)
        elif hasattr(node, "__struct_fields__"):
            pending.extend(getattr(node, name) for name in node.__struct_fields__)
