"""Fields that annotations, attributes or tags describe (`@Column(name = "x")`), as the call of a constructor would."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dblint.frameworks.schema import FieldRule, Framework
from dblint.interpret.evaluation.arguments import argument, flag
from dblint.interpret.evaluation.values import Environment, External
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Binding, Call, Expression, Literal, Mapping, Member, Name, Text

if TYPE_CHECKING:
    from dblint.interpret.mapping.models import Models

NAMED = "=name"
"""The keyword under which a merged field carries the column's name that one of its annotations writes."""
NEVER = frozenset({"static", "const", "transient"})
"""Modifiers, which adapters give as annotations, of fields that no row holds."""

# Of several annotations on one field, what the field is: a column only if nothing else is said.
_RANK = {"none": 0, "many": 1, "relation": 2, "embedded": 3, "reference": 4, "column": 5}

Described = tuple[FieldRule, Call]


def described(models: "Models", framework: Framework, unit: Unit, scope: str, binding: Binding) -> Described | None:
    """Return what the annotations of a field say together, as one rule and one call; None if a framework knows none of them."""
    found = list(_known(models, framework, unit, scope, binding))
    if not found:
        return None
    names = {getattr(call.function, "name", "") for _, call in found}
    found = [(_owning(rule, names), _with_options(call)) for rule, call in found]
    rule, call = min(found, key=lambda each: _RANK[each[0].kind])
    names = {getattr(written.function, "name", "") for _, written in found}
    if (rule.inverse and argument(call, rule.inverse) is not None) or not names.isdisjoint(rule.inverse_with):
        rule = replace(rule, kind="relation")
    if any(each.stored and not flag(dict(written.keywords).get(each.stored), default=True) for each, written in found):
        rule = replace(rule, kind="none")
    keywords = dict(call.keywords)
    for other, written in found:
        of_its_own = {f"{getattr(written.function, 'name', '')}.{key}": value for key, value in written.keywords}
        keywords = {**dict(written.keywords), **of_its_own, **keywords}
        name = argument(written, other.named_by)
        if name is not None and not (isinstance(name, Text) and not name.value) and other.kind in {"column", rule.kind}:
            keywords.setdefault(NAMED, name)
        if other.key:
            keywords["primary_key"] = Literal(True, written.line)
    merged = replace(rule, named_by=(NAMED,))
    return merged, Call(call.function, call.arguments, tuple(keywords.items()), call.line)


def _owning(rule: FieldRule, names: set[str]) -> FieldRule:
    """Return the rule of a field which holds a key, or has a join table, only if another annotation says so."""
    return rule if not rule.owned_by or rule.owned_by in names else replace(rule, kind="relation", through=())


def _with_options(call: Call) -> Call:
    """Return an annotation with the entries of its object of options as keywords."""
    entries = [
        (key.value, value)
        for argument_ in call.arguments
        if isinstance(argument_, Mapping)
        for key, value in argument_.pairs
        if isinstance(key, Text)
    ]
    return replace(call, keywords=(*call.keywords, *entries)) if entries else call


def as_call(decorator: Expression) -> Call | None:
    """Return an annotation as a call, with no arguments if it has none."""
    if isinstance(decorator, Name | Member):
        return Call(decorator, (), (), decorator.line)
    return decorator if isinstance(decorator, Call) else None


def is_marked(binding: Binding, marks: tuple[str, ...]) -> bool:
    """Return whether a field carries one of the annotations or tags that make its class a model."""
    calls = (as_call(decorator) for decorator in binding.decorators)
    return any(call is not None and getattr(call.function, "name", "") in marks for call in calls)


def never_stored(binding: Binding) -> bool:
    """Return whether a modifier of a field says that no row holds it."""
    return is_marked(binding, tuple(NEVER))


def _known(models: "Models", framework: Framework, unit: Unit, scope: str, binding: Binding) -> Iterator[Described]:
    for decorator in binding.decorators:
        call = as_call(decorator)
        if call is None:
            continue
        # an attribute of C# is a type, never the property of its name that it stands on
        value = models.value_of(call.function, Environment(unit, "" if unit.traits.namespaces else scope))
        if isinstance(value, External):
            rule = models.field_rule(value, framework)
        else:  # an import that cannot be followed: the class is a model of this framework, so the name is meant
            rule = framework.fields.get(getattr(call.function, "name", ""))
        if rule is not None:
            yield rule, call
