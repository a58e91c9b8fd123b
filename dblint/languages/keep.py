"""Which local names of functions are worth keeping: those that something kept uses."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

# Not members (`.name`) and not keywords (`name=value`, though `{name=}` in an f-string is a use).
_WORD = re.compile(rb"(?<![\w.\x80-\xff])[A-Za-z_\x80-\xff][\w\x80-\xff]*+(?!\s*=[^=}!:])")


class Stretch(NamedTuple):
    """A piece of source in a scope."""

    scope: str
    start: int
    end: int


class Local(NamedTuple):
    """A local binding that is not yet known to matter: the names it gives a value to, and its source."""

    names: frozenset[bytes]
    source: Stretch


def words(data: bytes, start: int, end: int) -> frozenset[bytes]:
    """The identifiers between two offsets."""
    return frozenset(_WORD.findall(data, start, end))


def needed(locals_: Sequence[Local], kept: Iterable[Stretch], data: bytes) -> set[int]:
    """The indexes of the local bindings whose names the `kept` source uses, directly or through other local bindings.

    A name is looked for in the scope that uses it and in those around it. Every word of the source that may be a name
    counts as a use, so that some bindings too many are kept but none too few.
    """
    by_name: dict[tuple[str, bytes], list[int]] = {}
    for index, local in enumerate(locals_):
        for name in local.names:
            by_name.setdefault((local.source.scope, name), []).append(index)
    found: set[int] = set()
    if not by_name:
        return found
    waiting = list(kept)
    while waiting:
        scope, start, end = waiting.pop()
        if not scope:
            continue
        used = words(data, start, end)
        for around in _outwards(scope):
            for word in used:
                for index in by_name.pop((around, word), ()):
                    if index not in found:
                        found.add(index)
                        waiting.append(locals_[index].source)
    return found


def _outwards(scope: str) -> Iterator[str]:
    while scope:
        yield scope
        scope = scope.rpartition(".")[0]
