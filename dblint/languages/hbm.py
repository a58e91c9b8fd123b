"""Mapping documents of Hibernate and NHibernate (`*.hbm.xml`), which are one language.

Sources: Hibernate ORM 5.6, "Legacy hbm.xml Mapping"; NHibernate, "Basic O/R Mapping" and "Collection Mapping".
"""

from collections.abc import Iterator

from dblint.languages.elements import Element
from dblint.languages.mappings import Mapped, annotation, split
from dblint.model.syntax import Expression, Literal, Name

_COLLECTIONS = frozenset({"set", "bag", "list", "map", "array", "idbag", "primitive-array"})
_SUBCLASSES = {"subclass": "SINGLE_TABLE", "joined-subclass": "JOINED", "union-subclass": "TABLE_PER_CLASS"}
_QUERIES = {"query": "NamedQuery", "sql-query": "NamedNativeQuery"}


def entities(root: Element) -> Iterator[Mapped]:
    """Yield the classes that a document maps, those nested in others after them."""
    around = root.attributes.get("namespace") or root.attributes.get("package") or ""
    for element in root.elements("class", *_SUBCLASSES):
        yield from _class(element, around, root.attributes.get("schema", ""), element.attributes.get("extends", ""))


def _class(element: Element, around: str, schema: str, base: str) -> Iterator[Mapped]:
    get = element.attributes.get
    namespace, name = split(get("name") or get("entity-name") or "")
    if not name:
        return
    mapped = Mapped(name, namespace or around, element.line, element.end, whole=True, base=split(base)[1])
    mapped.annotate("Entity", element.line)
    nested = element.elements(*_SUBCLASSES)
    strategy = _SUBCLASSES.get(element.name) or next((_SUBCLASSES[each.name] for each in nested), "")
    if strategy:
        mapped.annotate("Inheritance", element.line, strategy=Name(strategy, element.line))
    schema = get("schema", schema)
    if get("table") or schema:
        mapped.annotate("Table", element.line, name=_bare(get("table", "")), schema=schema)
    for query in element.elements(*_QUERIES):
        mapped.annotate(_QUERIES[query.name], query.line, name=query.attributes.get("name"), query=query.text)
    _fields(mapped, element, "")
    yield mapped
    for each in nested:
        yield from _class(each, around, schema, name)


def _fields(mapped: Mapped, holder: Element, prefix: str) -> None:
    """Add the properties in an element; those of a component are fields of the class that has it."""
    for element in holder.elements():
        name, line = element.attributes.get("name", ""), element.line
        key = prefix + name
        match element.name:
            case "id" | "key-property":
                mapped.add(key or "id", line, annotation("Id", line), _column(element, name or "id"))
            case "property" | "version" | "timestamp":
                mapped.add(key, line, _formula(element) or _column(element, name))
            case "many-to-one" | "key-many-to-one":
                kind = mapped.type(element.attributes.get("class", ""), line)
                lazy = Name("EAGER" if element.attributes.get("fetch") == "join" else "LAZY", line)
                cascade = element.attributes.get("cascade", "none")
                related = annotation(
                    "ManyToOne", line, targetEntity=kind, fetch=lazy, cascade=cascade if cascade != "none" else ""
                )
                keyed = (annotation("Id", line),) if element.name == "key-many-to-one" else ()
                mapped.add(key, line, *keyed, related, annotation("JoinColumn", line, name=_column_of(element) or name))
            case "one-to-one":
                kind = mapped.type(element.attributes.get("class", ""), line)
                mapped.add(
                    key,
                    line,
                    annotation("OneToOne", line, targetEntity=kind, mappedBy=element.attributes.get("property-ref", "id")),
                )
            case "component" | "composite-id" | "dynamic-component" | "natural-id" | "properties":
                if name:
                    mapped.add(key, line, annotation("Transient", line))
                _fields(mapped, element, f"{key}_" if name else prefix)
            case kind if kind in _COLLECTIONS:
                mapped.add(key, line, *_collection(mapped, element, name))


def _collection(mapped: Mapped, element: Element, name: str) -> Iterator[Expression]:
    line, get = element.line, element.attributes.get
    inverse = name if get("inverse") == "true" else ""
    cascade = get("cascade", "none").replace("none", "")
    table = {"name": _bare(get("table", "")) or name, "schema": get("schema", "")}
    for inner in element.elements("one-to-many", "many-to-many", "element", "composite-element"):
        kind = mapped.type(inner.attributes.get("class", ""), line)
        match inner.name:
            case "one-to-many":
                keys = element.elements("key")
                yield annotation("OneToMany", line, targetEntity=kind, cascade=cascade)
                yield annotation("JoinColumn", line, name=_column_of(keys[0]) if keys else "")
            case "many-to-many":
                yield annotation("ManyToMany", line, targetEntity=kind, mappedBy=inverse, cascade=cascade)
                if not inverse:
                    yield annotation("JoinTable", line, **table)
            case _:
                yield annotation("ElementCollection", line, targetClass=kind)
                yield annotation("CollectionTable", line, **table)
        return
    yield annotation("Transient", line)


def _column(element: Element, name: str) -> Expression:
    inner = element.elements("column")
    written = element.attributes.get("not-null") or (inner[0].attributes.get("not-null") if inner else None)
    required = Literal(written != "true", element.line) if written else None
    return annotation("Column", element.line, name=_column_of(element) or name, nullable=required)


def _column_of(element: Element) -> str:
    inner = element.elements("column")
    return _bare(element.attributes.get("column") or (inner[0].attributes.get("name", "") if inner else ""))


def _formula(element: Element) -> Expression | None:
    given = "formula" in element.attributes or element.elements("formula")
    return annotation("Formula", element.line) if given else None


def _bare(name: str) -> str:
    return name.strip('`"[]')
