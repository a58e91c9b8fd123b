"""What an Ecto schema says besides its fields: its key, its timestamps, fields that are not stored, ways through relations.

Source: https://hexdocs.pm/ecto/Ecto.Schema.html
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called, flag
from dblint.interpret.mapping.entities import Relation
from dblint.interpret.mapping.options import option
from dblint.model.schema import Column
from dblint.model.syntax import Call, Class, Expression, Items, Literal, Text

if TYPE_CHECKING:
    from dblint.interpret.mapping.entities import Model
    from dblint.interpret.mapping.models import Models

_TIMES = ("inserted_at", "updated_at")


def complete(models: "Models", model: "Model", definition: Class) -> None:
    """Fill in a schema what its calls say that describe no field by themselves."""
    said = list(_said(model, definition))
    _take_key(models, model, definition)
    for name, call in said:
        keywords = dict(call.keywords)
        if called(call) == "timestamps":
            for column in _timestamps(keywords):
                model.columns.setdefault(column, Column(column))
        elif flag(keywords.get("virtual"), default=False):
            model.columns.pop(name, None)
        elif called(call) in {"has_many", "has_one"} and isinstance(keywords.get("through"), Items):
            _lead(model, name, keywords["through"], call.line)
    for relation in model.relations.values():
        # the database knows a key only if a migration says `references`
        relation.enforced = False


def _said(model: "Model", definition: Class) -> Iterator[tuple[str, Call]]:
    for binding in model.unit.members.get(definition.qualified, ()):
        if isinstance(binding.value, Call):
            yield binding.target, binding.value


def _take_key(models: "Models", model: "Model", definition: Class) -> None:
    """Let the schema have the key that `@primary_key` gives it, or none."""
    found = option(models, (model.unit, definition), "@primary_key", inherit=True)
    if found is None:
        return
    written = found[0]
    own = next((name for name, column in model.columns.items() if column.primary_key and name != "id"), "")
    if isinstance(written, Items) and written.values and isinstance(written.values[0], Text):
        name = written.values[0].value
        kept = {key: column for key, column in model.columns.items() if key != "id"}
        model.columns = {name: Column(name, nullable=False, primary_key=True), **kept}
        model.key = name
    elif isinstance(written, Literal) and not written.value and "id" in model.columns and model.columns["id"].type is None:
        model.columns.pop("id")
        model.key = own


def _timestamps(keywords: dict[str, Expression]) -> Iterator[str]:
    for name in _TIMES:
        written = keywords.get(name)
        if isinstance(written, Text):
            yield written.value
        elif not (isinstance(written, Literal) and written.value is False):
            yield name


def _lead(model: "Model", name: str, written: Expression, line: int) -> None:
    """Let a relation lead through others (`has_many :tags, through: [:posts, :tags]`)."""
    steps = [step.value for step in written.values if isinstance(step, Text)] if isinstance(written, Items) else []
    way = model.relations.get(steps[0]) if steps else None
    current = way.target if way is not None else None
    for step in steps[1:]:
        onward = current.relations.get(step) if current is not None else None
        current = onward.target if onward is not None else None
    if way is not None and current is not None:
        model.relations[name] = Relation(name, "reverse", current, line, model.unit.path, through=way.target)
