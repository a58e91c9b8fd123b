"""The plain words that messages and evidence are made of."""

from collections.abc import Iterable, Sequence

from dblint.graph import Coupling
from dblint.model.facts import Confidence, Evidence, TableId
from dblint.model.place import Place

# Schemas that a database uses when nobody names one; to show them says nothing.
DEFAULT_SCHEMAS = ("public", "dbo", "main")

# What the place of an evidence does, by kind of evidence; other kinds need the words of the evidence itself.
_PROOFS = {
    "declared": "says so",
    "migration": "creates it",
    "runtime": "creates it at run time",
    "model": "declares its model",
}

_DOUBTS: dict[Confidence, str] = {
    "configured": "the table's name is not written here: a setting of the project completes it",
    "convention": "the table's name is not written here: the framework's naming rule gives it",
    "guess": "the table's name is a guess: it could be another one",
}


def shown(table: TableId) -> str:
    """The table as people call it."""
    return table.name if table.schema in DEFAULT_SCHEMAS else str(table)


def listed(words: Iterable[str], last: str = "and", limit: int = 5) -> str:
    """`a`, `a and b`, `a, b and c`; beyond the limit `a, b and 7 more`."""
    found = list(words)
    if len(found) > limit:
        found = [*found[: limit - 1], f"{len(found) - limit + 1} more"]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}"


def with_columns(table: TableId, columns: Sequence[str]) -> str:
    """The table with the columns that are meant: `invoices.total`, `invoices (id, total)`."""
    name = shown(table)
    if not columns or "*" in columns:
        return name
    return f"{name}.{columns[0]}" if len(columns) == 1 else f"{name} ({_short(columns)})"


def _short(columns: Sequence[str], limit: int = 5) -> str:
    return (
        ", ".join(columns)
        if len(columns) <= limit
        else f"{', '.join(columns[: limit - 1])} and {len(columns) - limit + 1} more"
    )


def holder(coupling: Coupling, table: TableId) -> str:
    """Whose the table is, as a subject: `billing`, `billing or crm`."""
    return listed(coupling.holders(table) or ("nobody",), "or")


def owned(coupling: Coupling, table: TableId) -> str:
    """`which billing owns`, `which billing and crm both claim`."""
    holders = coupling.holders(table)
    if not holders:
        return "which nobody owns"
    if len(holders) == 1:
        return f"which {holders[0]} owns"
    return f"which {listed(holders)} {'both' if len(holders) == 2 else 'all'} claim"


def proof(coupling: Coupling, table: TableId) -> tuple[Evidence, ...]:
    """Why the table is whose it is: the owner's strongest evidence, or each claim to a table without an owner."""
    found = coupling.table(table)
    if found is None:
        return ()
    if found.owner is None:
        return claims(coupling, table)
    if not found.evidence:
        return ()
    best = found.evidence[0]
    verb = _PROOFS.get(best.kind, "" if best.message else "says so")
    reason = f"{best.place} {verb}" if verb else f"{best.message} ({best.place})"
    return (Evidence(best.kind, best.place, f"{found.owner} owns {shown(table)}: {reason}"),)


def claims(coupling: Coupling, table: TableId) -> tuple[Evidence, ...]:
    """Where each of several services lays claim to the table."""
    places = ((service, coupling.claim(service, table)) for service in coupling.holders(table))
    return tuple(Evidence("claim", place, f"{service} claims {shown(table)}: {place}") for service, place in places if place)


def doubts(
    coupling: Coupling, table: TableId, place: Place, confidence: Confidence, via: Sequence[str], how: str = ""
) -> tuple[Evidence, ...]:
    """The way to the table where it is not direct, and what is not certain about it; `how` says what reads or writes it."""
    found = coupling.table(table)
    lines = []
    if via:
        lines.append(("via", f"reached through {', then '.join(via)}"))
    if confidence == "configured" and table.known_database is None:
        lines.append(("confidence", "it is the same table by its name: which database this is could not be established"))
    elif confidence == "convention" and how == "sql":
        lines.append(("confidence", "it is SQL by the look of the text: what runs it was not seen"))
    elif confidence in _DOUBTS:
        lines.append(("confidence", _DOUBTS[confidence]))
    if found is not None and found.owner is not None and found.confidence == "guess":
        lines.append(("confidence", f"that {holder(coupling, table)} owns {shown(table)} is a guess"))
    return tuple(Evidence(kind, place, message) for kind, message in lines)
