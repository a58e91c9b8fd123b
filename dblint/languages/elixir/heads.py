"""Heads of functions: `def list(%Filter{} = filter) when filter.page > 0`, and the clauses of one function together."""

from typing import NamedTuple

import msgspec
from tree_sitter import Node

from dblint.languages.elixir import forms
from dblint.languages.reader import Reader, field
from dblint.model.syntax import Function, Parameter


class Head(NamedTuple):
    """The name and the parameters of a clause; the first stands for the module, whose functions have no receiver."""

    name: str
    parameters: tuple[Parameter, ...]


def head_of(reader: Reader, definition: Node) -> Head | None:
    """Return the head of a clause, None where it is no plain name (a macro that defines functions)."""
    held = forms.arguments_of(definition)
    if not held:
        return None
    head = forms.unguarded(held[0])
    if head.type == "identifier":
        return Head(reader.text(head), (Parameter("cls"),))
    name = forms.name_of(reader, head)
    if not name:
        return None
    given = tuple(_parameter(reader, pattern, place) for place, pattern in enumerate(forms.arguments_of(head)))
    return Head(name, (Parameter("cls"), *given))


def _parameter(reader: Reader, pattern: Node, place: int) -> Parameter:
    whole, struct = forms.named(pattern), forms.struct_of(pattern)
    defaulted = pattern.type == "binary_operator" and field(pattern, "operator").type == "\\\\"
    return Parameter(
        reader.text(whole) if whole is not None else f"_{place + 1}",
        reader.read(struct) if struct is not None else None,
        reader.read(field(pattern, "right")) if defaulted else None,
    )


def merged(first: Function, other: Function) -> Function | None:
    """Return two clauses of one function as that function, None if they are none; a name is better than a pattern without."""
    if first.qualified != other.qualified or len(first.parameters) != len(other.parameters):
        return None
    parameters = tuple(map(_better, first.parameters, other.parameters))
    abstract = first.abstract and other.abstract
    return msgspec.structs.replace(first, parameters=parameters, end=other.end, abstract=abstract)


def _better(one: Parameter, other: Parameter) -> Parameter:
    kept = other if one.name.startswith("_") else one
    types = {str(getattr(each.annotation, "name", "")): each.annotation for each in (one, other) if each.annotation is not None}
    return Parameter(kept.name, next(iter(types.values())) if len(types) == 1 else None, one.default or other.default)
