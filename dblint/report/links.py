"""Which databases services reach and where that is known from, in reports for people."""

from collections.abc import Iterable

from dblint.model.facts import Connection
from dblint.report.escape import show

_SHOWN = 3


def connected(links: Iterable[Connection]) -> list[str]:
    """One line for each database: `postgresql://db/shop  compose.yaml:6; in prod: k8s/orders.yaml:9`."""
    places: dict[str, list[Connection]] = {}
    for link in sorted(links, key=lambda one: (one.database, one.environment, one.place)):
        places.setdefault(link.database, []).append(link)
    return [show(f"connects to {database}  {known_from(found)}") for database, found in places.items()]


def known_from(links: Iterable[Connection]) -> str:
    """The places that say so, by environment, with the schema where one is named, and whether it is for reading only."""
    told: list[str] = []
    for link in links:
        words = [f"schema {link.schema}"] if link.schema else []
        words += ["read only"] if link.read_only else []
        words += [] if link.complete else ["not known completely"]
        extra = f" ({', '.join(words)})" if words else ""
        told.append((f"in {link.environment}: " if link.environment else "") + f"{link.place}{extra}")
    told = list(dict.fromkeys(told))
    return "; ".join(told[:_SHOWN]) + (f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else "")
