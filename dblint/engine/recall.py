"""Answers that depend on what files say, and hold for as long as they say the same."""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from dblint.engine.keys import key
from dblint.engine.memory import Memory
from dblint.model.base import Fact

Answer = TypeVar("Answer")
Answering = Callable[[str, str], str | None]
"""Gives what is asked of a file (nothing for all of its text), None where there is none."""


class _Kept(Fact, Generic[Answer], frozen=True):
    """An answer with what was asked of files: path, question, and a name of what it said."""

    asked: tuple[tuple[str, str, str], ...]
    answer: Answer


def recalled(memory: Memory, name: str, kind: type[Answer], ask: Answering, make: Callable[[Answering], Answer]) -> Answer:
    """Return the answer that is kept under `name` if files say the same as when it was made, else that of `make`.

    `name` says all that the answer depends on besides files; an empty one means that nothing is remembered.
    """
    if not name or not memory.usable:
        return make(ask)
    kept = _kept(memory.get(name), kind)
    if kept is not None and all(_named(ask(path, question)) == said for path, question, said in kept.asked):
        return kept.answer
    asked: dict[tuple[str, str], str] = {}

    def noted(path: str, question: str) -> str | None:
        said = ask(path, question)
        asked[path, question] = _named(said)
        return said

    answer = make(noted)
    memory.put(name, msgspec.msgpack.encode(_Kept(tuple((*which, said) for which, said in sorted(asked.items())), answer)))
    return answer


def _kept(data: bytes | None, kind: type[Answer]) -> _Kept[Answer] | None:
    try:
        return msgspec.msgpack.decode(data, type=_Kept[kind]) if data else None  # type: ignore[valid-type]  # msgspec's own way
    except msgspec.MsgspecError:
        return None


def _named(text: str | None) -> str:
    return "" if text is None else key((text.encode("utf-8", "surrogatepass"),))
