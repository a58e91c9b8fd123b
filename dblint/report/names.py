"""How tables and couplings are called in reports for people."""

from dblint.judge.wording import shown
from dblint.model.facts import ASSUMED, Evidence, TableId
from dblint.model.findings import Finding
from dblint.model.place import Place
from dblint.report.escape import mask, show


def table_name(table: TableId) -> str:
    """The table with its schema; its store where it is not SQL; `*` with the database where the whole database is meant."""
    if table.name == "*" and table.database:
        return show(f"* of {table.database}")
    return show(shown(table) if table.store == "sql" else f"{table.store}:{table}")


def database_name(table: TableId) -> str:
    """The database of a table in words, where it is unknown or only assumed as well."""
    if table.database is None:
        return "unknown database" if table.store == "sql" else f"unknown {table.store} database"
    name = table.database.removeprefix(ASSUMED)
    return name if name == table.database else f"a database of {name}, as is assumed"


def called(service: str) -> str:
    """The service's name; what belongs to none (a script beside them) needs one too."""
    return service or "(no service)"


def coupling(finding: Finding) -> str:
    """`service → table (owner)`: who reaches for what, and whose it is."""
    owner = f"({show(finding.owner)})" if finding.owner else "(no owner)"
    return f"{show(finding.service)} → {table_name(finding.table)} {owner}"


def reason(evidence: Evidence, known: Place | None = None) -> str:
    """What makes us believe something and its `path:line`, which is left out where the reader has it already."""
    message = mask(evidence.message or evidence.kind)
    place = str(evidence.place)
    return show(message if evidence.place == known or place in message else f"{place} {message}")
