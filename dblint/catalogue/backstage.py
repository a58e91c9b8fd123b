"""Backstage's `catalog-info.yaml`: the components, who owns them and which APIs they provide.

Source: Backstage, "Descriptor Format of Catalog Entities": kind Component, `spec.owner`, `spec.providesApis`.
"""

from dblint.config.document import DocumentError, Node, documents
from dblint.model.base import Fact
from dblint.model.place import Place

NAMES = ("catalog-info.yaml", "catalog-info.yml")


class Component(Fact, frozen=True):
    """A component with its owner and its APIs, each with the place that says so; `owner` is empty where none is named."""

    name: str
    folder: str
    owner: str
    owner_place: Place
    apis: tuple[tuple[str, Place], ...]


def components(path: str, text: str) -> tuple[Component, ...]:
    """The components that a file describes; none where it is not YAML."""
    try:
        found = documents(text)
    except DocumentError:
        return ()
    return tuple(_component(path, node) for node in found if node.kind == "mapping" and _text(node.get("kind")) == "Component")


def _component(path: str, node: Node) -> Component:
    metadata, spec = node.get("metadata"), node.get("spec")
    owner = spec.get("owner") if spec else None
    provided = spec.get("providesApis") if spec else None
    return Component(
        name=_text(metadata.get("name") if metadata else None),
        folder=path.rpartition("/")[0] or ".",
        owner=_reference(owner),
        owner_place=Place(path, (owner or node).line),
        apis=tuple((_reference(item), Place(path, item.line)) for item in (provided.items if provided else ()) if item.text),
    )


def _text(node: Node | None) -> str:
    return node.text if node is not None and node.kind == "scalar" else ""


def _reference(node: Node | None) -> str:
    """The name of an entity reference: `[kind:][namespace/]name`."""
    return _text(node).rpartition(":")[2].rpartition("/")[2]
