"""Changelogs in XML, YAML and JSON as one kind of element, so that what a change means is written once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import InputSource

from dblint.config.document import MAX_DEPTH, MAX_NODES, DocumentError, Node, documents
from dblint.migrations.written import Written

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl, Locator

# Lists that only hold the elements of their owner; any other list is an element of its own (`rollback`, `preConditions`).
_WRAPPERS = frozenset({"databaseChangeLog", "changes", "columns"})


_NOTHING = Written("", ((0, 1),))


@dataclass(slots=True)
class Element:
    """An element with its place; `attributes` and `text` know the lines that they were written on."""

    name: str
    line: int
    attributes: dict[str, Written] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: Written = _NOTHING

    def get(self, *names: str) -> str:
        """The first of some attributes that is written, else empty."""
        return next((self.attributes[name].text.strip() for name in names if name in self.attributes), "")

    def all(self, name: str) -> Iterator[Element]:
        """The children of one name."""
        return (child for child in self.children if child.name == name)

    def first(self, *names: str) -> Element | None:
        """The first child of one of some names."""
        return next((child for child in self.children if child.name in names), None)

    def mapped(self, change: Callable[[str], str]) -> Element:
        """The element with every text of it changed."""

        def rewritten(text: Written) -> Written:
            found = change(text.text)
            return text if found == text.text else _placed(found, text.line(0))

        attributes = {name: rewritten(value) for name, value in self.attributes.items()}
        return Element(
            self.name, self.line, attributes, [child.mapped(change) for child in self.children], rewritten(self.text)
        )


def element(path: str, text: str) -> Element:
    """The root element of a changelog.

    Raises:
        DocumentError: for bad syntax, entities, and more levels or nodes than a changelog can have.
    """
    if path.lower().endswith(".xml"):
        return _xml(text)
    if path.lower().endswith(".json"):
        text = text.replace("\t", "  ")
    lines = text.split("\n")
    root = next(iter(documents(text)), None)
    if root is None or root.kind != "mapping":
        raise DocumentError("syntax-error", "no mapping at the top")
    budget = [MAX_NODES]
    log = root.get("databaseChangeLog")
    return Element(
        "databaseChangeLog", root.line, children=list(_listed(log, "databaseChangeLog", lines, budget)) if log else []
    )


def _placed(text: str, line: int) -> Written:
    breaks = [(match.end(), line + count) for count, match in enumerate(re.finditer("\n", text), 1)]
    return Written(text, ((0, line), *breaks))


def _scalar(node: Node, lines: list[str]) -> Written:
    """The text of a scalar; a block scalar (`|`, `>`) begins on the line after its sign."""
    block = not node.plain and re.search(r"[|>][+\-0-9]*\s*(?:#.*)?$", lines[node.line - 1] if node.line <= len(lines) else "")
    return _placed("" if node.empty else node.text, node.line + 1 if block else node.line)


def _from_mapping(name: str, node: Node, lines: list[str], budget: list[int]) -> Element:
    """The element that a mapping stands for: scalars are its attributes, all else is inside it."""
    budget[0] -= 1
    if budget[0] < 0:
        raise DocumentError("too-many-nodes", "more nodes than a changelog can have", node.line, node.column)
    found = Element(name, node.line)
    for key, value in node.pairs:
        if value.kind == "scalar":
            found.attributes[key.text] = _scalar(value, lines)
        elif value.kind == "mapping":
            found.children.append(_from_mapping(key.text, value, lines, budget))
        elif key.text in _WRAPPERS:
            found.children += _listed(value, key.text, lines, budget)
        else:
            found.children.append(Element(key.text, key.line, children=list(_listed(value, key.text, lines, budget))))
    return found


def _listed(node: Node, name: str, lines: list[str], budget: list[int]) -> Iterator[Element]:
    """The elements of a list, whose items are mappings of one name each, or plain mappings of their owner's name."""
    for item in node.items or (node,):
        if item.kind == "scalar":
            yield Element(name, item.line, text=_scalar(item, lines))
        elif item.kind == "mapping":
            named = [(key, value) for key, value in item.pairs if value.kind != "scalar"]
            if len(named) == len(item.pairs):
                for key, value in named:
                    if value.kind == "mapping":
                        yield _from_mapping(key.text, value, lines, budget)
                    else:
                        yield Element(key.text, key.line, children=list(_listed(value, key.text, lines, budget)))
            elif len(item.pairs) == 1:
                # `- sql: text`, `- tagDatabase: name`, `- logicalFilePath: path`.
                key, value = item.pairs[0]
                yield Element(key.text, key.line, text=_scalar(value, lines))
            else:
                yield _from_mapping(name, item, lines, budget)


def _xml(text: str) -> Element:
    from defusedxml import DefusedXmlException  # noqa: PLC0415 -- few trees hold XML changelogs
    from defusedxml.sax import make_parser  # noqa: PLC0415 -- as above

    handler = _Handler()
    parser = make_parser()
    # A changelog's own prefix (`ext:`) says nothing; schemas are named by URL and are never fetched.
    parser.setFeature(feature_namespaces, False)
    parser.setContentHandler(handler)
    try:
        source = InputSource()
        source.setCharacterStream(StringIO(text.lstrip("\ufeff")))
        parser.parse(source)
    except DefusedXmlException:
        raise DocumentError("unsafe-document", "entities are not read", handler.line) from None
    except SAXException:
        raise DocumentError("syntax-error", "no well-formed XML", handler.line) from None
    if handler.root is None:
        raise DocumentError("syntax-error", "no element at all")
    return handler.root


class _Handler(ContentHandler):
    """Collects the elements of an XML text."""

    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self.line = 1
        self._open: list[Element] = []
        self._texts: list[list[tuple[str, int]]] = []
        self._left = MAX_NODES
        self._locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 -- SAX calls it so
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 -- SAX calls it so
        self._note()
        self._left -= 1
        if self._left < 0 or len(self._open) > MAX_DEPTH:
            raise DocumentError(
                "too-deep" if self._left >= 0 else "too-many-nodes", "more than a changelog can hold", self.line
            )
        values = {key.rpartition(":")[2]: _placed(str(value), self.line) for key, value in attrs.items()}
        found = Element(name.rpartition(":")[2], self.line, values)
        if self._open:
            self._open[-1].children.append(found)
        elif self.root is None:
            self.root = found
        self._open.append(found)
        self._texts.append([])

    def endElement(self, _name: str) -> None:  # noqa: N802 -- SAX calls it so
        self._note()
        self._open.pop().text = _merged(self._texts.pop())

    def characters(self, content: str) -> None:
        self._note()
        if self._texts:
            self._texts[-1].append((content, self.line))

    def _note(self) -> None:
        if self._locator is not None:
            self.line = self._locator.getLineNumber() or self.line


def _merged(pieces: Iterable[tuple[str, int]]) -> Written:
    """Pieces of text, each with the line it begins on."""
    lines: list[tuple[int, int]] = []
    parts = []
    length = 0
    for piece, line in pieces:
        placed = _placed(piece, line)
        lines += ((offset + length, each) for offset, each in placed.lines)
        parts.append(piece)
        length += len(piece)
    return Written("".join(parts), tuple(lines) or _NOTHING.lines)
