"""D2 (d2lang.com)."""

from dblint.graph import Node, Picture
from dblint.model.coverage import Coverage
from dblint.report.coverage import closing_line
from dblint.report.escape import d2
from dblint.report.graphs.labels import edge_label, groups, node_label
from dblint.report.names import called


def render(picture: Picture, coverage: Coverage) -> str:
    """The diagram; what is an open finding is drawn thick."""
    lines = [f"# {closing_line(coverage)}", "direction: right"]
    paths: dict[str, str] = {}
    for number, (service, tables) in enumerate(groups(picture), 1):
        nodes = (*((service,) if service else ()), *tables)
        paths |= {node.id: f"g{number}.{node.id}" if tables else node.id for node in nodes}
        if tables:
            lines += [
                f"g{number}: '{d2(called(service.name) if service else 'no owner')}' {{",
                *(f"  {_node(n)}" for n in nodes),
                "}",
            ]
        else:
            lines += map(_node, nodes)
    for edge in picture.edges:
        style = " {style.stroke-width: 4}" if edge.is_violation else ""
        lines.append(f"{paths[edge.source]} -> {paths[edge.target]}: '{d2(edge_label(edge))}'{style}")
    return "\n".join(lines) + "\n"


def _node(node: Node) -> str:
    shape = " {shape: cylinder}" if node.kind == "table" else ""
    return f"{node.id}: '{d2(node_label(node))}'{shape}"
