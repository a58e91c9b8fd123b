"""An XML document as elements and texts in order, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import InputSource

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl, Locator

DEEPEST = 100
# The DTD lies elsewhere and says nothing that we need.
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]*>")


class DocumentError(ValueError):
    """Indicates that a document is no well-formed XML; `line` is where."""

    def __init__(self, line: int) -> None:
        super().__init__(f"no well-formed XML at line {line}")
        self.line = line


@dataclass(slots=True)
class Element:
    """An element; `content` holds its texts, each with its line, and its elements in source order."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Element | tuple[str, int]] = field(default_factory=list)
    end: int = 0

    def elements(self, *names: str) -> list[Element]:
        """The elements inside, or those of some names."""
        return [each for each in self.content if isinstance(each, Element) and (not names or each.name in names)]

    @property
    def text(self) -> str:
        """The text inside, without that of elements."""
        return "".join(each[0] for each in self.content if isinstance(each, tuple)).strip()


def root_of(text: str) -> Element:
    """The root element of a document.

    Raises:
        DocumentError: for bad syntax, entities, and more levels than a mapping can have.
    """
    from defusedxml import DefusedXmlException  # noqa: PLC0415 -- few trees hold such files
    from defusedxml.sax import make_parser  # noqa: PLC0415 -- as above

    handler = _Handler()
    parser = make_parser()
    parser.setFeature(feature_namespaces, False)
    parser.setContentHandler(handler)
    source = InputSource()
    source.setCharacterStream(StringIO(_DOCTYPE.sub(lambda found: "\n" * found.group().count("\n"), text.lstrip("\ufeff"))))
    try:
        parser.parse(source)
    except (SAXException, DefusedXmlException):
        raise DocumentError(handler.line) from None
    if handler.root is None:
        raise DocumentError(1)
    return handler.root


class _Handler(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self._open: list[Element] = []
        self._locator: Locator | None = None

    @property
    def line(self) -> int:
        """The line that is being read."""
        return (self._locator.getLineNumber() if self._locator else None) or 1

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 -- the name that SAX calls
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 -- as above
        made = Element(name, self.line, dict(attrs.items()))
        if len(self._open) > DEEPEST:
            raise SAXException("too deep")
        if self._open:
            self._open[-1].content.append(made)
        else:
            self.root = made
        self._open.append(made)

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002 -- as above
        self._open.pop().end = self.line

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].content.append((content, self.line))
