"""DOT, the language of Graphviz."""

from dblint.graph import Node, Picture
from dblint.model.coverage import Coverage
from dblint.report.coverage import closing_line
from dblint.report.escape import dot
from dblint.report.graphs.labels import edge_label, groups, node_label
from dblint.report.names import called


def render(picture: Picture, coverage: Coverage) -> str:
    """The digraph; what is an open finding is drawn red."""
    lines = [
        "digraph dblint {",
        f'  graph [rankdir=LR, fontname="sans-serif", labelloc=b, label="{dot(closing_line(coverage))}"];',
        '  node [fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10, color="#666666"];',
    ]
    for number, (service, tables) in enumerate(groups(picture), 1):
        if tables:
            name = dot(called(service.name) if service else "no owner")
            lines += [f"  subgraph cluster_{number} {{", f'    label="{name}"; style=rounded; color="#999999";']
            lines += [f"    {_node(node)}" for node in (*((service,) if service else ()), *tables)]
            lines.append("  }")
        elif service:
            lines.append(f"  {_node(service)}")
    for edge in picture.edges:
        colour = ', color="#c62828", penwidth=1.5' if edge.is_violation else ""
        lines.append(f'  {edge.source} -> {edge.target} [label="{dot(edge_label(edge))}"{colour}];')
    return "\n".join([*lines, "}"]) + "\n"


def _node(node: Node) -> str:
    shape = "cylinder" if node.kind == "table" else "box, style=bold"
    return f'{node.id} [label="{dot(node_label(node))}", shape={shape}];'
