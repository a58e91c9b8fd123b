"""`dblint-graph/1`."""

from dblint.graph import Picture
from dblint.model.coverage import Coverage
from dblint.report.contract import coverage_record, encode
from dblint.report.shapes import (
    Graph,
    GraphEdge,
    GraphNode,
)


def render(picture: Picture, coverage: Coverage) -> str:
    """The graph document."""
    nodes = tuple(
        GraphNode(
            id=node.id,
            kind=node.kind,
            name=node.name,
            owner=node.owner,
            database=node.table.database if node.table else None,
            own_tables=node.quiet,
        )
        for node in picture.nodes
    )
    edges = tuple(
        GraphEdge(
            source=edge.source,
            target=edge.target,
            modes=edge.modes,
            places=edge.places,
            tables=edge.tables,
            violation=edge.is_violation,
        )
        for edge in picture.edges
    )
    return encode(Graph(schema="dblint-graph/1", nodes=nodes, edges=edges, coverage=coverage_record(coverage)))
