"""A mapping document of Doctrine as common syntax facts; it needs no grammar.

Source: Doctrine ORM, "XML Mapping".
"""

from collections.abc import Iterator

from dblint.languages.elements import Element
from dblint.languages.mappings import Mapped, annotation, read_as, split
from dblint.model.syntax import Expression, Literal, Module, Name

_CLASSES = {"entity": "Entity", "mapped-superclass": "MappedSuperclass", "embeddable": "Embeddable"}
_RELATIONS = {"many-to-one": "ManyToOne", "one-to-one": "OneToOne", "one-to-many": "OneToMany", "many-to-many": "ManyToMany"}


def read(path: str, text: str) -> Module:
    """The classes that a document maps."""
    return read_as("doctrine", "Doctrine.ORM.Mapping", path, text, _entities)


def _entities(root: Element) -> Iterator[Mapped]:
    for element in root.elements(*_CLASSES):
        get = element.attributes.get
        namespace, name = split(get("name", ""))
        if not name:
            continue
        mapped = Mapped(name, namespace, element.line, element.end, whole=True)
        repository = mapped.type(get("repository-class", ""), element.line)
        mapped.annotate(_CLASSES[element.name], element.line, repositoryClass=repository)
        if get("table") or get("schema"):
            mapped.annotate("Table", element.line, name=get("table"), schema=get("schema"))
        if get("inheritance-type"):
            mapped.annotate("InheritanceType", element.line, value=get("inheritance-type"))
        for each in element.elements():
            _field(mapped, each)
        yield mapped


def _field(mapped: Mapped, element: Element) -> None:
    get, line = element.attributes.get, element.line
    match element.name:
        case "id" | "field":
            keyed = (annotation("Id", line),) if element.name == "id" else ()
            nullable = Literal(True, line) if get("nullable") == "true" else None
            if element.elements("generator") or not element.attributes.get("association-key"):
                mapped.add(get("name", ""), line, *keyed, annotation("Column", line, name=get("column"), nullable=nullable))
        case "embedded":
            mapped.add(get("name", ""), line, annotation("Embedded", line, **{"class": mapped.type(get("class", ""), line)}))
        case kind if kind in _RELATIONS:
            mapped.add(get("field", ""), line, *_relation(mapped, element))


def _relation(mapped: Mapped, element: Element) -> Iterator[Expression]:
    get, line = element.attributes.get, element.line
    fetch = Name(get("fetch", "LAZY"), line)
    kind = mapped.type(get("target-entity", ""), line)
    yield annotation(_RELATIONS[element.name], line, targetEntity=kind, mappedBy=get("mapped-by"), fetch=fetch)
    columns = [
        *element.elements("join-column"),
        *(each for held in element.elements("join-columns") for each in held.elements()),
    ]
    for column in columns[:1]:
        yield annotation("JoinColumn", line, name=column.attributes.get("name"))
    for table in element.elements("join-table"):
        yield annotation("JoinTable", line, name=table.attributes.get("name"), schema=table.attributes.get("schema"))
