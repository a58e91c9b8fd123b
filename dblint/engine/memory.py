"""What earlier runs on the same tree found out, under names that say all that it depends on."""

from collections.abc import Callable
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

import msgspec

from dblint.engine.cache import Cache

Answer = TypeVar("Answer")


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

    @property
    def known(self) -> bool:
        """Whether earlier runs kept anything in it."""
        return bool(self._pack)

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


_MANY = 20_000
"""So many answers of one kind are kept of which a run did not ask for all: most runs only ask what an edit can have changed."""


class Answers(Generic[Answer]):
    """Answers of one kind, kept together under one name of a memory; of many, those that a run does not ask for are dropped."""

    def __init__(self, memory: Memory, name: str, kind: type[Answer]) -> None:
        self._memory = memory
        self._name = name
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._known = _entries(memory.get(name)) if memory.usable else {}
        self._kept: dict[str, msgspec.Raw] = {}
        self._new = False

    def get(self, question: str, make: Callable[[], Answer]) -> Answer:
        """The answer to a question: the one that is known, or else the one that is made now."""
        known = self._kept.get(question) or self._known.get(question)
        if known is not None:
            with suppress(msgspec.MsgspecError):
                answer = self._decoder.decode(known)
                self._kept[question] = known
                return answer
        answer = make()
        if self._memory.usable:
            self._kept[question] = msgspec.Raw(msgspec.msgpack.encode(answer))
            self._new = True
        return answer

    def save(self) -> None:
        """Hand what was asked for to the memory if any of it is new."""
        if self._new:
            known = self._known if len(self._known) + len(self._kept) <= _MANY else {}
            self._memory.put(self._name, msgspec.msgpack.encode({**known, **self._kept}))


def _entries(data: bytes | None) -> dict[str, msgspec.Raw]:
    try:
        return msgspec.msgpack.decode(data, type=dict[str, msgspec.Raw]) if data else {}
    except msgspec.MsgspecError:
        return {}


def _nobody(_: str) -> None:
    """Nothing is told to nobody."""


FORGETFUL = Memory(Cache("", _nobody), "")
"""Remembers nothing."""


class Memories(NamedTuple):
    """What is remembered of a tree: its services, the facts of its files, what each family of languages says."""

    trees: Memory
    facts: Memory
    interpretations: Memory
