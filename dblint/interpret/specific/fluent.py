"""EF Core's fluent configuration: what `modelBuilder.Entity<Order>()` and `IEntityTypeConfiguration<Order>` say of a class.

Builders are followed by their types and through the lambdas that they are passed to; nothing is guessed from names.
Source: https://learn.microsoft.com/ef/core/modeling/ and the API of EntityTypeBuilder.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from dblint.interpret.evaluation.arguments import argument, called
from dblint.interpret.evaluation.values import Environment
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Call, Expression, Item, Items, Lambda, Literal, Member, Name
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.strings.written import Written

Place = tuple[str, str]
"""A class: its file and its qualified name."""

_WORDS = frozenset(
    {
        "Entity", "ToTable", "ToView", "HasKey", "HasNoKey", "HasOne", "HasMany", "OwnsOne", "OwnsMany", "Property", "Ignore",
        "HasDefaultSchema", "HasColumnName", "ComplexProperty", "Owned", "HasForeignKey", "WithMany", "WithOne", "UsingEntity",
        "ToJson", "UseTptMappingStrategy", "UseTpcMappingStrategy", "HasConversion", "HasBaseType", "ToSqlQuery", "ToFunction",
    }
)  # fmt: skip


class Reference(msgspec.Struct, eq=False):
    """One relationship: the property that leads to the other side, or its class; the local key."""

    navigation: str
    target: Place | None
    many: bool
    line: int
    path: str
    inverse: str = ""
    inverse_many: bool = False
    keys: tuple[str, ...] = ()
    holder: Place | None = None
    through: str = ""
    through_type: Place | None = None


class Mapping(msgspec.Struct, eq=False):
    """What the configuration says of one class; `holders` are the classes of contexts that say it, `paths` the files."""

    place: Place
    holders: list[Place] = []
    paths: list[str] = []
    table: str = ""
    schema: str = ""
    is_table: bool = True
    excluded: bool = False
    keyless: bool = False
    own_tables: bool = False
    key: tuple[str, ...] = ()
    columns: dict[str, str] = {}
    properties: set[str] = set()
    shadows: set[str] = set()
    ignored: set[str] = set()
    references: list[Reference] = []
    owned_by: dict[str, "Owned"] = {}
    owned: bool = False
    ignored_type: bool = False

    @property
    def no_navigation(self) -> set[str]:
        """The properties that lead to no other entity, whatever their type."""
        return self.properties | self.ignored


class Owned(msgspec.Struct, eq=False):
    """A part of an entity without an identity of its own, stored in the entity's table or in one of its own."""

    many: bool
    table: str = ""
    schema: str = ""
    json: bool = False
    columns: dict[str, str] = {}
    ignored: set[str] = set()
    owned_by: dict[str, "Owned"] = {}


class _Model(msgspec.Struct, frozen=True):
    """`ModelBuilder`, in the context that it is given to, if that is known."""

    holder: Place | None


class _Property(msgspec.Struct, frozen=True):
    holder: Mapping | Owned
    name: str


_Builder = _Model | Mapping | Owned | _Property | Reference
_Names = dict[str, _Builder]


class Fluent:
    """Reads the configuration of all files; `texts` evaluates strings."""

    def __init__(self, program: Program, texts: "Callable[[Expression, Environment], list[Written]]") -> None:
        self._program = program
        self._texts = texts
        self._schemas: dict[Place, str] = {}
        self._found: dict[Place, Mapping] = {}

    @cached_property
    def mappings(self) -> dict[Place, Mapping]:
        """What is said of every class that is configured."""
        for unit in self._program.units.values():
            if unit.traits.namespaces:
                self._read(unit)
        return self._found

    @cached_property
    def schemas(self) -> dict[Place, str]:
        """The default schemas that contexts set."""
        _ = self.mappings
        return self._schemas

    def _read(self, unit: Unit) -> None:
        scopes: dict[tuple[str, int], _Names] = {}
        for item in unit.outermost:
            if not item.scope or not any(called(call) in _WORDS for call in item.calls):
                continue
            line = item.calls[0].line
            function = unit.function_at(item.scope, line)
            key = (item.scope, function.line if function else 0)
            if key not in scopes:
                scopes[key] = self._names(unit, item.scope, line)
            at = Environment(unit, item.scope)
            found = self._builder(item.expression, scopes[key], at)
            if found is None:
                self._inside(item.expression, scopes[key], at)
            for binding in unit.module.bindings:  # a builder kept in a variable
                if binding.value is item.expression and found is not None:
                    scopes[key][binding.target] = found

    def _names(self, unit: Unit, scope: str, line: int) -> _Names:
        """Return the builders among the parameters of the functions around."""
        found: _Names = {}
        inner = scope
        while inner:
            function = unit.function_at(inner, line)
            for parameter in function.parameters if function is not None else ():
                builder = self._of_type(unit, inner, parameter.annotation)
                if builder is not None:
                    found.setdefault(parameter.name, builder)
            for (holder, name), bindings in unit.bindings.items():  # lambdas with types
                if holder == inner and bindings[0].annotation is not None:
                    builder = self._of_type(unit, inner, bindings[0].annotation)
                    if builder is not None:
                        found.setdefault(name, builder)
            inner = inner.rpartition(".")[0]
        return found

    def _of_type(self, unit: Unit, scope: str, annotation: Expression | None) -> _Builder | None:
        written = annotation.value if isinstance(annotation, Item) else annotation
        name = getattr(written, "name", "")
        if name == "ModelBuilder" and not isinstance(annotation, Item):
            owner = unit.class_of(scope)
            return _Model((unit.path, owner) if owner else None)
        if name == "EntityTypeBuilder" and isinstance(annotation, Item):
            return self._mapping(unit, scope, annotation.key, None)
        if name == "OwnedNavigationBuilder":
            return Owned(many=True)  # a helper for some owner, which is not known here
        return None

    def _mapping(self, unit: Unit, scope: str, written: Expression, holder: Place | None) -> Mapping | None:
        found = self._program.class_of(unit, scope, written)
        if found is None:
            return None
        place = (found[0].path, found[1].qualified)
        mapping = self._found.setdefault(place, Mapping(place))
        if holder is not None and holder not in mapping.holders:
            mapping.holders.append(holder)
        if unit.path not in mapping.paths:
            mapping.paths.append(unit.path)
        return mapping

    def _inside(self, expression: Expression, names: _Names, at: Environment) -> None:
        """Look for builders in the arguments of calls that are none (`ForNpgsql(builder.Entity<Order>())`)."""
        if isinstance(expression, Call):
            for part in (*expression.arguments, *(value for _, value in expression.keywords)):
                if isinstance(part, Call) and self._builder(part, names, at) is None:
                    self._inside(part, names, at)

    def _builder(self, expression: Expression, names: _Names, at: Environment) -> _Builder | None:
        match expression:
            case Name(name=name):
                return names.get(name)
            case Call(function=Member(value=inner, name=name)):
                holder = self._builder(inner, names, at)
                return self._apply(holder, name, expression, names, at) if holder is not None else None
        return None

    def _apply(self, holder: _Builder, name: str, call: Call, names: _Names, at: Environment) -> _Builder | None:
        """Return the builder that a call gives, what it says noted."""
        match holder:
            case _Model():
                return self._on_model(holder, name, call, names, at)
            case Mapping():
                return self._on_entity(holder, name, call, names, at)
            case Owned():
                return self._on_owned(holder, name, call, names, at)
            case _Property(holder=owner, name=property_):
                if name == "HasColumnName" and (text := self._text(call, at)):
                    owner.columns[property_] = text
                return holder
            case Reference():
                self._on_reference(holder, name, call, at)
                return holder

    def _on_model(self, holder: _Model, name: str, call: Call, names: _Names, at: Environment) -> _Builder | None:
        kind = dict(call.keywords).get("<>") or next(
            (item for item in call.arguments if isinstance(item, Name | Member) and item.name[:1].isupper()), None
        )
        match name:
            case "HasDefaultSchema" if holder.holder is not None:
                self._schemas[holder.holder] = self._text(call, at)
            case "Entity" | "Owned" | "Ignore" if kind is not None:
                mapping = self._mapping(at.unit, at.scope, kind, holder.holder)
                if mapping is None:
                    return None
                mapping.owned = mapping.owned or name == "Owned"
                mapping.ignored_type = mapping.ignored_type or name == "Ignore"
                self._configure(mapping, call, names, at)
                return mapping if name == "Entity" else holder
        return holder

    def _configure(self, holder: _Builder, call: Call, names: _Names, at: Environment) -> None:
        """Read the lambda that a builder is passed to."""
        for part in (*call.arguments, *(value for _, value in call.keywords)):
            if isinstance(part, Lambda) and part.parameters:
                inner = {**names, part.parameters[0]: holder}
                for step in part.body.values if isinstance(part.body, Items) else (part.body,):
                    self._builder(step, inner, at)

    def _on_entity(self, holder: Mapping, name: str, call: Call, names: _Names, at: Environment) -> _Builder | None:
        match name:
            case "ToTable" | "ToView":
                holder.table = self._text(call, at) or holder.table
                holder.schema = self._text(call, at, 1, "schema") or holder.schema
                holder.is_table = name == "ToTable"
                holder.excluded = holder.excluded or any(
                    called(inner) == "ExcludeFromMigrations" for part in call.arguments for inner in _calls(part)
                )
            case "ToSqlQuery" | "ToFunction":
                holder.is_table = False
            case "HasNoKey":
                holder.keyless = True
            case "UseTptMappingStrategy" | "UseTpcMappingStrategy":
                holder.own_tables = True
            case "HasKey":
                holder.key = _properties(call, self._texts, at)
            case "Ignore":
                holder.ignored.update(_properties(call, self._texts, at))
            case "Property" | "PrimitiveCollection":
                return self._property(holder, call, at)
            case "HasOne" | "HasMany":
                return self._reference(holder, name, call, at)
            case "OwnsOne" | "OwnsMany" | "ComplexProperty":
                return self._owns(holder.owned_by, name, call, names, at) or holder
        return holder

    def _on_owned(self, holder: Owned, name: str, call: Call, names: _Names, at: Environment) -> _Builder | None:
        match name:
            case "ToTable":
                holder.table = self._text(call, at) or holder.table
                holder.schema = self._text(call, at, 1, "schema") or holder.schema
            case "ToJson":
                holder.json = True
            case "Ignore":
                holder.ignored.update(_properties(call, self._texts, at))
            case "Property":
                written = _properties(call, self._texts, at)
                return _Property(holder, written[0]) if written else holder
            case "OwnsOne" | "OwnsMany" | "ComplexProperty":
                return self._owns(holder.owned_by, name, call, names, at) or holder
        return holder

    def _property(self, holder: Mapping, call: Call, at: Environment) -> _Builder:
        written = _properties(call, self._texts, at)
        if not written:
            return holder
        holder.properties.add(written[0])
        if not any(isinstance(part, Lambda) for part in call.arguments):
            holder.shadows.add(written[0])
        return _Property(holder, written[0])

    def _owns(self, into: dict[str, Owned], name: str, call: Call, names: _Names, at: Environment) -> Owned | None:
        written = _properties(call, self._texts, at)
        if not written:
            return None
        owned = into.setdefault(written[0], Owned(many=name == "OwnsMany"))
        for part in call.arguments[1:]:
            if isinstance(part, Lambda) and part.parameters:
                inner: _Names = {**names, part.parameters[0]: owned}
                for step in part.body.values if isinstance(part.body, Items) else (part.body,):
                    self._builder(step, inner, at)
        return owned

    def _reference(self, holder: Mapping, name: str, call: Call, at: Environment) -> Reference:
        kind = dict(call.keywords).get("<>")
        target = self._program.class_of(at.unit, at.scope, kind) if kind is not None else None
        written = _properties(call, self._texts, at)
        place = (target[0].path, target[1].qualified) if target is not None else None
        made = Reference(written[0] if written else "", place, name == "HasMany", call.line, at.unit.path)
        holder.references.append(made)
        return made

    def _on_reference(self, holder: Reference, name: str, call: Call, at: Environment) -> None:
        kind = dict(call.keywords).get("<>")
        match name:
            case "WithMany" | "WithOne":
                written = _properties(call, self._texts, at)
                holder.inverse, holder.inverse_many = (written[0] if written else ""), name == "WithMany"
            case "HasForeignKey":
                holder.keys = _properties(call, self._texts, at)
                found = self._program.class_of(at.unit, at.scope, kind) if kind is not None else None
                holder.holder = (found[0].path, found[1].qualified) if found is not None else None
            case "UsingEntity":
                holder.through = self._text(call, at)
                found = self._program.class_of(at.unit, at.scope, kind) if isinstance(kind, Name | Member) else None
                holder.through_type = (found[0].path, found[1].qualified) if found is not None else None

    def _text(self, call: Call, at: Environment, place: int = 0, keyword: str = "name") -> str:
        """Return the text that an argument surely is."""
        written = argument(call, (place, keyword))
        if written is None or isinstance(written, Lambda | Literal):
            return ""
        texts = [item.text for item in self._texts(written, at)]
        return texts[0] if len(texts) == 1 and HOLE not in texts[0] else ""


def _calls(expression: Expression) -> list[Call]:
    """Return the calls of a chain, of a lambda's body too."""
    found: list[Call] = []
    if isinstance(expression, Lambda):
        expression = expression.body
    while isinstance(expression, Call):
        found.append(expression)
        expression = expression.function.value if isinstance(expression.function, Member) else expression.function
    return found


def _properties(call: Call, texts: "Callable[[Expression, Environment], list[Written]]", at: Environment) -> tuple[str, ...]:
    """Return the properties that a call names by a lambda (`x => x.Id`, `x => new { x.A, x.B }`) or by strings."""
    for part in (*call.arguments, *(value for name, value in call.keywords if name != "<>")):
        if isinstance(part, Lambda):
            found = _members(part)
            if found:
                return found
            return ()
    names = [item.text for part in call.arguments for item in texts(part, at)]
    return tuple(name for name in names if name and HOLE not in name)


def _members(written: Lambda) -> tuple[str, ...]:
    body = written.body
    pairs = getattr(body, "pairs", None)
    parts = [value for _, value in pairs] if pairs is not None else [body]
    return tuple(part.name for part in parts if isinstance(part, Member) and isinstance(part.value, Name))
