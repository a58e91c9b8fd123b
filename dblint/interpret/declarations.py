"""Models and table objects as declarations of tables."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.interpret.models import Model
from dblint.interpret.options import option
from dblint.interpret.sinks import called, calls_of
from dblint.interpret.statements import ACTIONS, MODES, SHAPES, outermost
from dblint.interpret.values import Entity
from dblint.model.facts import Declaration, RawAccess, RawStatement
from dblint.model.place import Place
from dblint.model.schema import ForeignKey

if TYPE_CHECKING:
    from dblint.interpret.evaluate import Evaluator


def declarations(evaluator: "Evaluator") -> Iterator[Declaration]:
    """Yield a declaration for every table that a model, a table object or a join table of a relation describes."""
    creating = _created(evaluator)
    seen: set[tuple[object, str, int]] = set()
    models = [model for model in evaluator.models.all() if not _only_a_base(model)]
    tables = [model for model in evaluator.tables.values() if model is not None]
    joins = [
        relation.through
        for model in models
        for relation in model.relations.values()
        if relation.through is not None and relation.through.definition is None and relation.kind != "reverse"
    ]
    for model in [*models, *tables, *joins]:
        if model.table is None or (key := (model.table, model.unit.path, model.line)) in seen:
            continue
        seen.add(key)
        yield _declaration(model, creates=(model.unit.path, model.framework.name) in creating)


def _only_a_base(model: Model) -> bool:
    """Return whether a class exists to be inherited from: it has no column of its own and models derive from it."""
    own = [column for column in model.columns.values() if not column.primary_key]
    return model.base or model.shares or (model.subclassed and not own and model.confidence == "convention")


def _declaration(model: Model, *, creates: bool) -> Declaration:
    assert model.table is not None
    keys = []
    for relation in model.relations.values():
        if relation.kind not in {"reference", "column"}:
            continue
        target = relation.target.table if relation.target is not None else relation.target_table
        if target is None:
            continue
        columns = relation.target_columns
        if not columns and relation.target is not None and relation.target.key:
            columns = (relation.target.key,)
        keys.append((ForeignKey((relation.column,), target, columns, relation.enforced), Place(relation.path, relation.line)))
    return Declaration(
        model.table,
        tuple({column.name: column for column in model.columns.values()}.values()),
        tuple(keys),
        Place(model.unit.path, model.line),
        model.framework.name,
        model.confidence,
        model.name,
        model.managed,
        creates,
        model.framework.store,
        model.connection,
    )


def options(evaluator: "Evaluator") -> Iterator[RawStatement]:
    """Yield the uses that class attributes of serializers, forms and generic views make of a model."""
    rules = [(framework, rule) for framework in evaluator.frameworks for rule in framework.options]
    for unit in evaluator.program.units.values():
        for definition in unit.module.classes:
            bases = {getattr(base, "name", "") for base in definition.bases}
            for framework, rule in rules:
                found = (
                    option(evaluator.models, (unit, definition), rule.at, inherit=False) if bases & set(rule.bases) else None
                )
                value = evaluator.value(*found) if found else None
                if isinstance(value, Entity) and value.model.table is not None:
                    place = Place(unit.path, value.line)
                    accesses = tuple(
                        RawAccess(
                            value.model.table,
                            MODES[does],
                            ACTIONS.get(does, does),
                            SHAPES.get(does, "cols"),  # type: ignore[arg-type] # actions
                            value.model.physical() or None,
                            place,
                            framework.name,
                            value.model.confidence,
                            connection=value.model.connection,
                        )
                        for does in rule.does
                    )
                    yield RawStatement(place, framework.name, accesses, (), definition.qualified)


def _created(evaluator: "Evaluator") -> set[tuple[str, str]]:
    """Return (file, framework) of the models that code creates tables for (`create_all`, `create_tables`, `generate_schemas` …).

    Such a call creates the tables of every model that its file imports, directly or through others.
    """
    words: defaultdict[str, set[str]] = defaultdict(set)
    for framework in evaluator.frameworks:
        for name in framework.creates:
            words[name].add(framework.name)
    imported: defaultdict[str, set[str]] = defaultdict(set)
    for importer, target, _ in evaluator.program.edges():
        imported[importer].add(target)
    found: set[tuple[str, str]] = set()
    for unit in evaluator.program.units.values():
        names = {called(call) for expression, _ in outermost(unit) for call in calls_of(expression)}
        for framework in {framework for name in names & words.keys() for framework in words[name]}:
            found.update((path, framework) for path in _reachable(unit.path, imported))
    return found


def _reachable(start: str, imported: dict[str, set[str]]) -> set[str]:
    seen, pending = {start}, [start]
    while pending:
        fresh = imported.get(pending.pop(), set()) - seen
        seen |= fresh
        pending += fresh
    return seen
