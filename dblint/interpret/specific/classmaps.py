"""NHibernate's mappings in code: `ClassMap<Order>` of Fluent NHibernate and `ClassMapping<Order>`, as annotations.

Sources: https://github.com/nhibernate/fluent-nhibernate/wiki/Fluent-mapping and NHibernate, "Mapping by code".
"""

from collections.abc import Iterator

from dblint.interpret.evaluation.arguments import called, chain
from dblint.model.syntax import Binding, Call, Class, Expression, Item, Items, Lambda, Member, Module, Name, Text

LIBRARY = "NHibernate.Mapping"
"""Where the annotations come from that the mappings are turned into."""

_FLUENT = frozenset({"ClassMap", "SubclassMap"})
_STRATEGIES = {"SubclassMapping": "SINGLE_TABLE", "JoinedSubclassMapping": "JOINED", "UnionSubclassMapping": "TABLE_PER_CLASS"}
_BASES = _FLUENT | _STRATEGIES.keys() | {"ClassMapping"}
_KEYS = frozenset({"Id", "KeyProperty", "ComponentAsId"})
_COLUMNS = frozenset({"Map", "Property", "Version"})
_ONE = frozenset({"References", "ManyToOne", "KeyReference", "Any"})
_COLLECTIONS = frozenset({"HasMany", "HasManyToMany", "Bag", "Set", "List", "IdBag", "Map", "Array"})

Said = tuple[str, tuple[Expression, ...], tuple[Binding, ...]]
"""The name of a class, its annotations, and its fields with theirs."""


def mappings(module: Module) -> Iterator[Said]:
    """Yield what each mapping class of a module says of the class that it maps."""
    for definition in module.classes:
        for base in definition.bases:
            if isinstance(base, Item) and getattr(base.value, "name", "") in _BASES and isinstance(base.key, Name | Member):
                yield _mapping(module, definition, getattr(base.value, "name", ""), base.key.name)


def _mapping(module: Module, definition: Class, base: str, name: str) -> Said:
    inside = f"{definition.qualified}.__init__"
    reader = _Reader(base in _FLUENT, {item.target: item.value for item in module.bindings if isinstance(item.value, Text)})
    for evaluation in module.evaluations:
        if evaluation.scope == inside and isinstance(evaluation.expression, Call):
            reader.read(evaluation.expression)
    line = definition.line
    annotations = [Call(Name("Entity", line), (), (), line)]
    strategy = _STRATEGIES.get(base) or reader.strategy or ("JOINED" if base == "ClassMap" else "")
    if strategy:
        annotations.append(Call(Name("Inheritance", line), (), (("strategy", Name(strategy, line)),), line))
    if reader.table:
        annotations.append(Call(Name("Table", line), (), tuple(reader.table.items()), line))
    return name, tuple(annotations), tuple(Binding(key, name, ":", None, at, None, said) for key, at, said in reader.fields)


class _Reader:
    """Collects what the calls of a mapping's constructor say; `texts` are the constants of its file."""

    def __init__(self, fluent: bool, texts: dict[str, Expression | None]) -> None:
        self._fluent = fluent
        self._texts = texts
        self.table: dict[str, Expression] = {}
        self.strategy = ""
        self.fields: list[tuple[str, int, tuple[Expression, ...]]] = []

    def read(self, call: Call, prefix: str = "") -> None:
        """Take one statement in."""
        steps = _steps(call)
        first = steps[0]
        name, text = called(first), self._text(first)
        if name in {"Table", "Schema"} and text is not None:
            self.table["name" if name == "Table" else "schema"] = text
        elif name in {"DiscriminateSubClassesOnColumn", "DiscriminatorValue"}:
            self.strategy = "SINGLE_TABLE"
        elif name == "KeyColumn":
            self.strategy = "JOINED"
        elif prop := _property(first):
            self._field(prefix + prop, prop, name, steps, prefix)

    def _field(self, key: str, prop: str, name: str, steps: list[Call], prefix: str) -> None:
        line = steps[0].line
        options = list(_options(steps))
        if name in {"Component", "CompositeId", "ComposedId"}:
            for each in options:
                self.read(each, f"{prefix}{prop}_")
            self.fields.append((key, line, (_annotation("Transient", line),)))
        elif name in _KEYS or (name in _COLUMNS and (self._fluent or name != "Map")):
            keyed = (_annotation("Id", line),) if name in _KEYS else ()
            written = self._named(steps, options, "Column") or Text(prop, line)
            self.fields.append((key, line, (*keyed, _annotation("Column", line, name=written))))
        elif name in _ONE:
            usual = f"{prop}_id" if self._fluent else prop
            column = self._named(steps, options, "Column") or Text(usual, line)
            self.fields.append((key, line, (_annotation("ManyToOne", line), _annotation("JoinColumn", line, name=column))))
        elif name in {"HasOne", "OneToOne"}:
            self.fields.append((key, line, (_annotation("OneToOne", line, mappedBy=Text(prop, line)),)))
        elif name in _COLLECTIONS:
            self.fields.append((key, line, tuple(self._collection(name, steps, options, line))))

    def _collection(self, name: str, steps: list[Call], options: list[Call], line: int) -> Iterator[Expression]:
        words = {called(each) for each in options}
        kind = dict(steps[0].keywords).get("<>")
        target = kind if isinstance(kind, Name) else None
        table = self._named([], options, "Table")
        if name == "HasManyToMany" or "ManyToMany" in words:
            if "Inverse" in words or table is None:  # the other side says what the join table is, or nobody does
                yield _annotation("ManyToMany", line, targetEntity=target, mappedBy=Text(name, line))
            else:
                yield _annotation("ManyToMany", line, targetEntity=target)
                yield _annotation("JoinTable", line, name=table)
        elif not words.isdisjoint({"Element", "Component"}):
            yield _annotation("ElementCollection", line, targetClass=target)
            yield _annotation("CollectionTable", line, name=table)
        else:
            key = self._named([], options, "KeyColumn") or self._named([], options, "Column")
            yield _annotation("OneToMany", line, targetEntity=target)
            yield _annotation("JoinColumn", line, name=key)

    def _named(self, steps: list[Call], options: list[Call], word: str) -> Expression | None:
        """Return the text that an option gives, or the second argument of the call itself."""
        found = next((text for each in options if called(each) == word and (text := self._text(each)) is not None), None)
        if found is None and steps and len(steps[0].arguments) > 1 and self._fluent:
            found = self._constant(steps[0].arguments[1])
        return found

    def _text(self, call: Call) -> Expression | None:
        return self._constant(call.arguments[0]) if call.arguments else None

    def _constant(self, written: Expression) -> Expression | None:
        value = self._texts.get(written.name) if isinstance(written, Name) else written
        return Text(value.value.strip('`"[]'), value.line) if isinstance(value, Text) else None


def _steps(call: Call) -> list[Call]:
    """Return the calls of a chain, the first first."""
    return [*reversed(chain(call)), call]


def _options(steps: list[Call]) -> Iterator[Call]:
    """Yield the calls after the first of a chain, and those in the lambdas that it is passed."""
    yield from steps[1:]
    for call in steps:
        for written in call.arguments:
            if isinstance(written, Lambda) and written.parameters:
                for step in written.body.values if isinstance(written.body, Items) else (written.body,):
                    if isinstance(step, Call):
                        inner = _steps(step)
                        yield step if _property(inner[0]) else inner[-1]
                        yield from _options(inner) if not _property(inner[0]) else ()


def _property(call: Call) -> str:
    """Return the property that a call names by a lambda (`x => x.Name`)."""
    first = call.arguments[0] if call.arguments else None
    body = first.body if isinstance(first, Lambda) else None
    return body.name if isinstance(body, Member) and isinstance(body.value, Name) else ""


def _annotation(name: str, line: int, /, **keywords: Expression | None) -> Expression:
    written = tuple((key, value) for key, value in keywords.items() if value is not None)
    return Call(Name(name, line), (), written, line)
