"""Mermaid, which GitHub, GitLab and many wikis draw inside Markdown."""

from dblint.graph import Node, Picture
from dblint.model.coverage import Coverage
from dblint.report.coverage import closing_line
from dblint.report.escape import mermaid
from dblint.report.graphs.labels import edge_label, groups, node_label
from dblint.report.names import called


def render(picture: Picture, coverage: Coverage) -> str:
    """The flowchart; what is an open finding is drawn thick."""
    lines = [f"%% {closing_line(coverage)}", "flowchart LR"]
    for number, (service, tables) in enumerate(groups(picture), 1):
        if tables:
            name = mermaid(called(service.name) if service else "no owner")
            lines += [f'  subgraph g{number}["{name}"]', *(f"    {_node(node)}" for node in ((service,) if service else ())),
                      *(f"    {_node(node)}" for node in tables), "  end"]  # fmt: skip
        elif service:
            lines.append(f"  {_node(service)}")
    for edge in picture.edges:
        arrow = "==>" if edge.is_violation else "-->"
        lines.append(f'  {edge.source} {arrow}|"{mermaid(edge_label(edge))}"| {edge.target}')
    return "\n".join(lines) + "\n"


def _node(node: Node) -> str:
    label = mermaid(node_label(node))
    return f'{node.id}[("{label}")]' if node.kind == "table" else f'{node.id}(["{label}"])'
