"""How code writes to and queries a time-series database: the `series:` key of a framework file."""

from typing import Literal

import msgspec

from dblint.model.base import Fact

Argument = int | str
"""An argument of a call, by position or by keyword."""


class SeriesRule(Fact, frozen=True, forbid_unknown_fields=True):
    """Calls that write points into a bucket or send a query in Flux or InfluxQL.

    `text` are the arguments with the query, or with the points: line protocol, an object with a measurement, or what one of
    `points` made (its first argument is the measurement). `bucket` are those that name the bucket; where the call has none,
    `bucket_of` are methods that gave the receiver, each with the position of the bucket. `plain`: the client has no buckets,
    and the measurement alone is meant. `measurement`: the first of `text` is the measurement's name itself.
    """

    calls: tuple[str, ...]
    does: Literal["read", "insert"]
    text: tuple[Argument, ...] = (0,)
    bucket: tuple[Argument, ...] = ()
    bucket_of: dict[str, int] = msgspec.field(default_factory=dict)
    points: tuple[str, ...] = ()
    plain: bool = False
    measurement: bool = False
