"""`orm.xml`: its elements are the annotations of Jakarta Persistence in another spelling.

Source: Jakarta Persistence 3.1, chapter 12, "XML Object/Relational Mapping Descriptor".
"""

from collections.abc import Iterator

from dblint.languages.elements import Element
from dblint.languages.mappings import Mapped, annotation, split
from dblint.model.syntax import Expression, Literal, Name

_CLASSES = {"entity": "Entity", "mapped-superclass": "MappedSuperclass", "embeddable": "Embeddable"}
_ON_CLASS = frozenset({"table", "inheritance", "named-query", "named-native-query"})
_KINDS = frozenset(
    {
        "id", "embedded-id", "basic", "version", "many-to-one", "one-to-many", "one-to-one", "many-to-many",
        "element-collection", "embedded", "transient",
    }
)  # fmt: skip
_BESIDE = frozenset({"column", "join-column", "join-table", "collection-table", "attribute-override"})
_WORDS = frozenset({"fetch", "strategy"})
_TYPES = frozenset({"target-entity", "target-class"})


def entities(root: Element) -> Iterator[Mapped]:
    """Yield the classes that a document maps."""
    around = next((each.text for each in root.elements("package")), "")
    schema = next((each.text for each in root.elements("schema")), "")
    for element in root.elements(*_CLASSES):
        get = element.attributes.get
        namespace, name = split(get("class", ""))
        if not name:
            continue
        mapped = Mapped(name, namespace or around, element.line, element.end, whole=False)
        mapped.annotate(_CLASSES[element.name], element.line, name=get("name"))
        for each in element.elements(*_ON_CLASS):
            mapped.decorators.append(_annotation(mapped, each))
        if schema and element.name == "entity" and not any("schema" in each.attributes for each in element.elements("table")):
            mapped.annotate("Table", element.line, schema=schema)
        for attributes in element.elements("attributes"):
            for field in attributes.elements(*_KINDS):
                beside = [_annotation(mapped, each) for each in field.elements(*_BESIDE)]
                mapped.add(field.attributes.get("name", ""), field.line, _annotation(mapped, field), *beside)
        yield mapped


def _annotation(mapped: Mapped, element: Element) -> Expression:
    """Return an element as the annotation that it spells."""
    line = element.line
    keywords: dict[str, Expression | str | None] = {}
    for key, value in element.attributes.items():
        named = _camel(key)
        if key in _TYPES:
            keywords[named] = mapped.type(value, line)
        elif key in _WORDS:
            keywords[named] = Name(value, line)
        elif value in ("true", "false"):
            keywords[named] = Literal(value == "true", line)
        else:
            keywords[named] = value
    for inner in element.elements("query", "cascade", "column"):
        match inner.name:
            case "query":
                keywords["query"] = inner.text
            case "cascade":
                keywords["cascade"] = Name(next((each.name for each in inner.elements()), "cascade-all"), line)
            case "column" if element.name == "attribute-override":
                keywords["column"] = _annotation(mapped, inner)
    named = _camel(element.name)
    return annotation(named[:1].upper() + named[1:], line, **keywords)


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)
