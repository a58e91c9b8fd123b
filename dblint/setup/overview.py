"""What was detected, as a table for people."""

from collections import Counter

from dblint.model.system import System
from dblint.model.tree import Service
from dblint.report.escape import show

_HEADINGS = ("service", "kind", "folder", "database", "owns", "because")


def overview(services: tuple[Service, ...], system: System) -> str:
    """A line for each service: what it is, where, to which databases it connects, how many tables it owns, and why."""
    owned = Counter(table.owner for table in system.tables if table.owner)
    rows = [_HEADINGS]
    for service in services:
        links = sorted({link.database for link in system.connections if link.service == service.name})
        first = next(iter(service.evidence), None)
        why = f"{first.place} {first.message or first.kind}" if first else ""
        more = f" and {len(service.evidence) - 1} more" if len(service.evidence) > 1 else ""
        cells = (service.name, service.kind, service.path, ", ".join(links) or "?", f"{owned[service.name]} tables", why + more)
        rows.append(tuple(map(show, cells)))  # type: ignore[arg-type]  # one cell for each heading
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS) - 1)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip() for row in rows
    ]
    unowned = sum(1 for table in system.tables if table.owner is None and table.kind == "table")
    if unowned:
        lines.append(f"{unowned} tables have no proven owner")
    return "\n".join(lines) + "\n"
