"""GraphML, for yEd, Gephi and networkx."""

from xml.etree import ElementTree as ET

from dblint.graph import Picture
from dblint.model.coverage import Coverage
from dblint.report.coverage import closing_line
from dblint.report.escape import xml

_NODE = {"kind": "string", "name": "string", "owner": "string", "database": "string", "own_tables": "int"}
_EDGE = {"modes": "string", "places": "int", "tables": "int", "violation": "boolean"}


def render(picture: Picture, coverage: Coverage) -> str:
    """The document, with the values of `dblint-graph/1` as attributes."""
    root = ET.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    ET.SubElement(root, "desc").text = closing_line(coverage)
    for kind, keys in (("node", _NODE), ("edge", _EDGE)):
        for key, type_ in keys.items():
            ET.SubElement(root, "key", {"id": f"{kind}_{key}", "for": kind, "attr.name": key, "attr.type": type_})
    graph = ET.SubElement(root, "graph", id="dblint", edgedefault="directed")
    for node in picture.nodes:
        database = node.table.database or "" if node.table else ""
        values = {
            "kind": node.kind,
            "name": node.name,
            "owner": node.owner or "",
            "database": database,
            "own_tables": node.quiet,
        }
        _data(ET.SubElement(graph, "node", id=node.id), "node", values)
    for number, edge in enumerate(picture.edges, 1):
        element = ET.SubElement(graph, "edge", id=f"e{number}", source=edge.source, target=edge.target)
        violation = str(edge.is_violation).lower()
        values = {"modes": " ".join(edge.modes), "places": edge.places, "tables": edge.tables, "violation": violation}
        _data(element, "edge", values)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _data(element: ET.Element, kind: str, values: dict[str, object]) -> None:
    for key, value in values.items():
        if value != "":
            ET.SubElement(element, "data", key=f"{kind}_{key}").text = xml(str(value))
