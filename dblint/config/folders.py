"""Services of several folders as people write them: `path: cmd/orders + internal/orders`."""

from dataclasses import replace
from pathlib import Path

from dblint.config.document import Node

AND = " + "
"""Stands between the folders."""


def apart(document: Node, base: Path) -> Node:
    """Return the document with the first of such folders as the path, the others under `paths`."""
    pairs = tuple(
        (key, replace(value, items=tuple(_service(item, base) for item in value.items)) if key.text == "services" else value)
        for key, value in document.pairs
    )
    return replace(document, pairs=pairs)


def _service(service: Node, base: Path) -> Node:
    path = service.get("path")
    if path is None or AND not in path.text or (base / path.text).exists():
        return service
    first, *others = (replace(path, text=part.strip()) for part in path.text.split(AND))
    further = service.get("paths")
    items = (*others, *(further.words() if further is not None else ()))
    paths = replace(further or path, kind="sequence", text="", items=items)
    kept = tuple(pair for pair in service.pairs if pair[0].text not in ("path", "paths"))
    return replace(service, pairs=(*kept, (replace(path, text="path"), first), (replace(path, text="paths"), paths)))
