"""Models that are attributes of a generated client (`prisma.order`): of which schema, where a tree has several."""

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from dblint.frameworks.verbs import verb_of
from dblint.interpret.evaluation.values import Bound, Entity, Environment, External
from dblint.interpret.mapping.entities import Model
from dblint.model.place import in_common
from dblint.model.syntax import Text

if TYPE_CHECKING:
    from dblint.frameworks.schema import Framework
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

OUTPUT = "@output"
"""The name under which a schema says where its client is generated."""


_PACKAGE = 2
"""Leading folders that two files of one package have in common, as in `packages/server`."""


def model_of(evaluator: "Evaluator", value: External, name: str, line: int, at: Environment, anchor: str = "") -> Entity | None:
    """Return the model that an attribute of a library's client is, or of what it keeps queries in (`db.query.orders`).

    `anchor` is the file that makes the client.
    """
    made = not name.startswith("$")
    for framework, rule in evaluator.models.with_rules if made else ():
        holder = f"().{rule.client_queries}" if rule.client_queries else "()"
        if not rule.client_attributes or not value.path.endswith(holder) or not value.is_of(framework):
            continue
        path = anchor or value.origin.rpartition(":")[0] or at.unit.path
        # only generated clients spell their models with a small letter
        spellings = (name[:1].upper() + name[1:], name) if framework.store == "sql" else (name,)
        for written in dict.fromkeys(spellings):
            model = _of_schema(evaluator, framework, written, path)
            model = model or evaluator.defined.named(written, at.unit, framework)
            if model is not None and model.framework is framework:
                evaluator.program.grounds.tell("import", at.unit.path, model.unit.path, model.name)
                return Entity(model, line)
    return None


def queried(evaluator: "Evaluator", value: Bound, name: str, line: int, at: Environment) -> Bound | None:
    """Return the verb of a model where the whole path says so, whatever its client is (`ctx.db.query.orders.findMany`)."""
    holder = value.receiver.name if isinstance(value.receiver, Bound) else ""
    for framework, rule in evaluator.models.with_rules if holder else ():
        if rule.client_queries == holder and verb_of(framework.verbs.model, name) is not None:
            model = evaluator.defined.named(value.name, at.unit, framework)
            if model is not None:
                evaluator.program.grounds.tell("import", at.unit.path, model.unit.path, model.name)
                return Bound(Entity(model, line), name, line)
    return None


def _of_schema(evaluator: "Evaluator", framework: "Framework", name: str, path: str) -> Model | None:
    """Return the model of a name in the schema whose client is generated nearest to a file, or that is nearest itself."""
    candidates = [model for model in evaluator.models.all_named(name) if model.framework is framework]
    return max(candidates, key=lambda model: (_nearness(model.unit, path), model.unit.path), default=None)


def _nearness(unit: "Unit", path: str) -> tuple[bool, int]:
    """Return whether a schema's client is generated into the package of a file, and how near the schema itself is."""
    outputs = [
        normpath(join(dirname(unit.path), binding.value.value))
        for binding in unit.bindings.get(("", OUTPUT), ())
        if isinstance(binding.value, Text) and "node_modules" not in binding.value.value
    ]
    return any(in_common(output, path) >= _PACKAGE for output in outputs), in_common(unit.path, path)
