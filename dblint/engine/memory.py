"""What earlier runs on the same tree found out, under names that say all that it depends on."""

from typing import NamedTuple

from dblint.engine.cache import Cache


class Memory:
    """One pack of the cache: what is in it already, and what this run used or added, which is all that will be kept."""

    def __init__(self, cache: Cache, pack: str) -> None:
        self._cache = cache
        self._name = pack
        self._pack = cache.read(pack)
        self._kept: dict[str, bytes] = {}
        self._new = False

    @property
    def usable(self) -> bool:
        """Whether it makes sense to ask."""
        return self._cache.usable

    def get(self, name: str) -> bytes | None:
        """What is known under a name."""
        found = self._kept.get(name) or self._pack.get(name)
        if found is not None:
            self._kept[name] = found
        return found

    def put(self, name: str, value: bytes) -> None:
        """Keep something."""
        self._kept[name] = value
        self._new = True

    def save(self) -> None:
        """Write the pack if there is anything new in it."""
        if self._new and self.usable:
            self._cache.write(self._name, self._kept)


def _nobody(_: str) -> None:
    """Nothing is told to nobody."""


FORGETFUL = Memory(Cache("", _nobody), "")
"""Remembers nothing."""


class Memories(NamedTuple):
    """What is remembered of a tree: the facts of its files, and what the source of each family of languages says."""

    facts: Memory
    interpretations: Memory
