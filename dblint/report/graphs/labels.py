"""What nodes and edges are called, the same in every format."""

from collections.abc import Iterable

from dblint.graph import Edge, Node, Picture
from dblint.report.coverage import count
from dblint.report.names import called, table_name

_WORDS = {"reference": "foreign key", "ddl": "change"}


def node_label(node: Node) -> str:
    """`orders (5 tables of its own)`, `invoices`."""
    if node.table is not None:
        return table_name(node.table)
    name = called(node.name)
    return f"{name} ({count(node.quiet, 'table')} of its own)" if node.quiet else name


def edge_label(edge: Edge) -> str:
    """`read, join`, and for a collapsed edge the number of tables."""
    modes = ", ".join(_WORDS.get(mode, mode) for mode in edge.modes)
    return f"{count(edge.tables, 'table')}: {modes}" if edge.tables > 1 else modes


def groups(picture: Picture) -> Iterable[tuple[Node | None, tuple[Node, ...]]]:
    """Each service with the tables it owns, then the tables without an owner."""
    services = [node for node in picture.nodes if node.kind == "service"]
    names = {node.name for node in services}
    for service in services:
        yield service, tuple(node for node in picture.nodes if node.kind == "table" and node.owner == service.name)
    lost = tuple(node for node in picture.nodes if node.kind == "table" and node.owner not in names)
    if lost:
        yield None, lost
