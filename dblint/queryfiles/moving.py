"""Statements of a text that was cut or rendered, told as statements of the text it came from."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from dblint.model.schema import SchemaEvent
from dblint.model.sql import Statement, Status

_RANK: dict[Status, int] = {"dynamic": 0, "understood": 1, "opaque": 2, "error": 3}


def moved(statement: Statement, to: Callable[[int], int]) -> Statement:
    """The statement with every offset changed."""
    return replace(
        statement,
        offset=to(statement.offset),
        end=to(max(statement.end - 1, 0)) + 1,
        uses=tuple(replace(use, offset=to(use.offset)) for use in statement.uses),
        joins=tuple(replace(join, offset=to(join.offset)) for join in statement.joins),
        events=tuple(event_moved(event, to) for event in statement.events),
    )


def event_moved(event: SchemaEvent, to: Callable[[int], int]) -> SchemaEvent:
    """The event with every offset changed."""
    keys = tuple(replace(key, offset=to(key.offset)) for key in event.foreign_keys)
    return replace(event, offset=to(event.offset), foreign_keys=keys)


def united(variants: Iterable[Iterable[Statement]]) -> tuple[Statement, ...]:
    """The statements of all variants of one text, those that begin at one place as one.

    A variant that cannot be read counts only where no other variant of the statement can; one whose table is unknown counts.
    """
    found: dict[int, Statement] = {}
    for variant in variants:
        for statement in variant:
            known = found.get(statement.offset)
            found[statement.offset] = statement if known is None else _both(known, statement)
    return tuple(found[offset] for offset in sorted(found))


def _both(one: Statement, other: Statement) -> Statement:
    first, second = sorted((one, other), key=lambda statement: _RANK[statement.status])
    if _RANK[second.status] > 1:
        return first
    return replace(
        first,
        end=max(first.end, second.end),
        uses=tuple(dict.fromkeys((*first.uses, *second.uses))),
        joins=tuple(dict.fromkeys((*first.joins, *second.joins))),
        events=tuple(dict.fromkeys((*first.events, *second.events))),
    )
