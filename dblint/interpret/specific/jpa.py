"""What Jakarta Persistence says of its classes beyond columns: inheritance, embedded classes, getters that carry annotations.

Source: Jakarta Persistence 3.1, chapters 2.3 (access types), 2.5 (embeddable classes) and 2.12 (inheritance).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dblint.frameworks.schema import ModelRule
from dblint.interpret.evaluation.arguments import argument, called, literal_texts
from dblint.interpret.evaluation.values import ClassValue, Entity, Environment
from dblint.interpret.mapping.decorated import as_call
from dblint.interpret.mapping.entities import Model
from dblint.interpret.mapping.options import option
from dblint.interpret.tree.units import Unit
from dblint.model.schema import Column
from dblint.model.syntax import Binding, Class, Expression, Items, Member, Name, Text

if TYPE_CHECKING:
    from dblint.interpret.mapping.models import Models

_PROPERTY = """
Id EmbeddedId Column JoinColumn JoinTable ManyToOne OneToOne OneToMany ManyToMany Embedded ElementCollection CollectionTable
Transient Basic Lob Enumerated Temporal GeneratedValue Version
"""
ON_GETTERS = frozenset(_PROPERTY.split())
"""Annotations that make a getter speak for the property it gives."""


def properties(unit: Unit, definition: Class) -> Iterator[Binding]:
    """Yield the properties whose getters carry their annotations, as fields."""
    for function in unit.module.functions:
        if function.scope != definition.qualified or not function.decorators or function.annotation is None:
            continue
        name = property_of(function.name)
        if name and any(getattr(getattr(item, "function", item), "name", "") in ON_GETTERS for item in function.decorators):
            yield Binding(name, definition.qualified, ":", None, function.line, function.annotation, function.decorators)


def property_of(getter: str) -> str:
    """Return the property that a getter gives (`getOrderItems` gives `orderItems`), or an empty string."""
    for prefix in ("get", "is"):
        rest = getter.removeprefix(prefix)
        if rest != getter and rest[:1].isupper():
            return rest[:1].lower() + rest[1:]
    return ""


def embedded(models: "Models", binding: Binding, at: Environment, *, annotated: bool) -> tuple[Unit, Class] | None:
    """Return the class that a field embeds: one that is embeddable, or any if the field is `annotated` as embedding it."""
    holder = models.value_of(binding.annotation, at) if isinstance(binding.annotation, Name | Member) else None
    if isinstance(holder, Entity) and holder.model.base and holder.model.definition is not None:
        return holder.model.unit, holder.model.definition
    return (holder.unit, holder.definition) if annotated and isinstance(holder, ClassValue) else None


def renamed(binding: Binding, columns: dict[str, Column]) -> dict[str, Column]:
    """Return the columns of an embedded class by their paths, with the names that the field gives them."""
    names = dict(_overrides(binding.decorators))
    return {f"{binding.target}.{path}": replace(column, name=names.get(path, column.name)) for path, column in columns.items()}


def _overrides(decorators: tuple[Expression, ...]) -> Iterator[tuple[str, str]]:
    """Yield (attribute, column) of every `@AttributeOverride(name = …, column = @Column(name = …))`."""
    for decorator in decorators:
        call = as_call(decorator)
        if call is None:
            continue
        if called(call) == "AttributeOverrides":
            inner = argument(call, (0, "value"))
            yield from _overrides(inner.values if isinstance(inner, Items) else (inner,) if inner is not None else ())
        elif called(call) == "AttributeOverride":
            column = as_call(column_) if (column_ := argument(call, ("column",))) is not None else None
            name = argument(column, ("name",)) if column is not None else None
            attribute = argument(call, ("name",))
            if isinstance(name, Text) and attribute is not None:
                yield from ((text.value, name.value) for text in literal_texts(attribute))


def key_of(models: "Models", annotation: Expression | None, at: Environment) -> str:
    """Return the key column of the model that a field's type names, `id` where it is not known."""
    value = models.value_of(annotation, at) if annotation is not None else None
    return (value.model.key if isinstance(value, Entity) else "") or "id"


def strategy(models: "Models", model: Model, rule: ModelRule) -> str:
    """Return how a class that derives from an entity is stored: the strategy that the root names, else with the root."""
    if rule.inheritance != "jpa" or model.definition is None:
        return ""
    found = option(models, (model.unit, model.definition), "@Inheritance(strategy)", inherit=True)
    return getattr(found[0], "name", "SINGLE_TABLE") if found is not None else "SINGLE_TABLE"
