"""What ActiveRecord makes of the places and names of classes: table names with prefixes, classes that associations mean.

Source: Rails `active_record/model_schema.rb`, `active_record/reflection.rb` and `rails/engine.rb`.
"""

from typing import TYPE_CHECKING

from dblint import naming
from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import UNKNOWN, Entity, Environment, Instance, Value
from dblint.interpret.mapping.options import option, truth
from dblint.interpret.tree.program import Program, dotted
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Call, Class, Expression, Member, Name, Text
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.mapping.entities import Model
    from dblint.interpret.mapping.models import Models

_PREFIX = "table_name_prefix"
_PLURAL = "pluralize_table_names"


def table_name(models: "Models", unit: Unit, definition: Class) -> str:
    """Return the table of a class that names none: prefix, singular of the model around it, plural of its own name."""
    contained = ""
    around = models.program.nested(unit, definition.scope) if definition.scope else None
    if around is not None and isinstance(around[1], Class):
        holder = models.of(around[0], around[1])
        if holder is not None and holder.table is not None:
            contained = naming.singular(holder.table.name) + "_"
    own = naming.name_of("activerecord" if _plural(models, unit, definition) else "rails", definition.name)
    return _prefix(models, unit, definition) + contained + own


def model_of(models: "Models", written: str, at: Environment) -> "Model | None":
    """Return the model that a class name means inside a class (`"Billing::Customer"`)."""
    value = models.value_of(constant(written), at)
    return value.model if isinstance(value, Entity) else None


def row_named(models: "Models", name: str, at: Environment, line: int) -> Value:
    """Return the row that a variable holds by its name alone (`user`, `current_user`), as Rails and Laravel are written."""
    if not at.unit.traits.ambient or not name.isidentifier() or name != name.lower():
        return UNKNOWN
    written = naming.camelized(name.removeprefix("current_").lstrip("_"))
    found = models.program.scoped(at.unit, at.scope, written)
    for item in at.unit.imports.get(("", written), ()) if at.unit.traits.full_names else ():
        found = models.program.nested(at.unit, f"{item.module}.{item.member}") or found
    model = models.of(found[0], found[1]) if found is not None and isinstance(found[1], Class) else None
    rule = model.framework.model if model is not None and model.table is not None else None
    by_name = rule is not None and (rule.partial or at.unit.traits.full_names)
    return Instance(model, line) if model is not None and by_name else UNKNOWN


def constant(written: str, line: int = 0) -> Expression:
    """Return the expression of a class name written with `::`."""
    first, *others = written.strip(":").split("::")
    found: Expression = Name(first, line)
    for name in others:
        found = Member(found, name, line)
    return found


def _plural(models: "Models", unit: Unit, definition: Class) -> bool:
    written = option(models, (unit, definition), _PLURAL, inherit=True)
    if written is not None:
        return truth(written, default=True)
    found = _configured(models.program, unit, _PLURAL)
    return truth((found, Environment(unit, "")) if found is not None else None, default=True)


def _prefix(models: "Models", unit: Unit, definition: Class) -> str:
    """Return the prefix that a module around the class has, else that of the class or the application."""
    scope = definition.scope
    while scope:
        found = _of_module(models, unit, scope)
        if found is not None:
            return found
        scope = scope.rpartition(".")[0]
    own = option(models, (unit, definition), _PREFIX, inherit=True)
    if own is not None:
        return _text(models, *own)
    configured = _configured(models.program, unit, _PREFIX)
    return configured.value if isinstance(configured, Text) else ""


def _of_module(models: "Models", unit: Unit, module: str) -> str | None:
    """Return what a module says about the tables of the classes in it, None if it says nothing."""
    for other in models.program.opening(unit, module):
        function = other.functions.get(f"{module}.{_PREFIX}")
        if function is not None and function.returns:
            return _text(models, function.returns[0], Environment(other, function.qualified))
        for binding in other.bindings.get((module, _PREFIX), ()):
            if binding.value is not None:
                return _text(models, binding.value, Environment(other, module))
        for evaluation in other.module.evaluations:
            call = evaluation.expression
            if isinstance(call, Call) and called(call) == "isolate_namespace" and call.arguments:
                isolated = dotted(call.arguments[0])
                if isolated == module:
                    return "_".join(naming.name_of("rails", part) for part in module.split(".")) + "_"
    return None


def _text(models: "Models", expression: Expression, at: Environment) -> str:
    texts = [item.text for item in models.texts.of(expression, at) if HOLE not in item.text]
    return texts[0] if texts else ""


def _configured(program: Program, unit: Unit, setting: str) -> Expression | None:
    """Return what the application sets for all models (`config.active_record.table_name_prefix = …`)."""
    for other, binding in program.assigned_to(setting):
        holder = binding.target.rpartition(".")[0]
        if holder.endswith(("active_record", "ActiveRecord::Base")) and program.sees(unit, other):
            return binding.value
    return None
