"""Models and table objects as declarations of tables."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Entity, Environment
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.mapping.options import option
from dblint.interpret.queries.accesses import of_model
from dblint.interpret.tree.mentions import Mentions
from dblint.interpret.tree.units import Unit
from dblint.model.facts import Declaration, RawStatement
from dblint.model.place import Place
from dblint.model.schema import ForeignKey, TableName
from dblint.model.syntax import Call, Class

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator


def made(evaluator: "Evaluator", besides: Iterable[tuple[str, ...]]) -> Iterator[Declaration]:
    """Yield a declaration for every table object that came out besides; who creates its table is not known yet."""
    for model in evaluator.tables.among(besides):
        if model.table is not None:
            yield _declaration(model, model.table, creates=False)


def declarations(evaluator: "Evaluator", told: Iterable[Declaration]) -> Iterator[Declaration]:
    """Yield a declaration for every table that a model, a table object or a join table of a relation describes.

    `told` are those of table objects that files made.
    """
    creating = _created(evaluator)
    seen: set[tuple[TableName, str, int]] = set()
    models = [model for model in evaluator.models.all() if not _only_a_base(model)]
    tables = evaluator.tables.common()
    joins = [
        relation.through
        for model in models
        for relation in model.relations.values()
        if relation.through is not None and relation.through.definition is None and relation.kind != "reverse"
    ]
    mapped = evaluator.models.mapped
    if mapped is not None:
        mapped.identity()
    for model in [*models, *tables, *joins, *(mapped.made if mapped is not None else ())]:
        if model.table is not None and (key := (model.table, model.unit.path, model.line)) not in seen:
            seen.add(key)
            yield _declaration(model, model.table, creates=(model.unit.path, model.framework.name) in creating)
    for each in told:
        if (key := (each.table, each.place.path, each.place.line)) not in seen:
            seen.add(key)
            yield replace(each, creates=(each.place.path, each.how) in creating)


def _only_a_base(model: Model) -> bool:
    """Return whether a class exists to be inherited from: it has no column of its own and models derive from it."""
    own = [column for column in model.columns.values() if not column.primary_key]
    rule = model.framework.model
    single = rule is not None and rule.partial and rule.inheritance == "single"  # a subclass has no table of its own
    return model.base or model.shares or (model.subclassed and not own and model.confidence == "convention" and not single)


def _declaration(model: Model, table: TableName, *, creates: bool) -> Declaration:
    # No other store enforces references: a key kept there is only a value.
    relations = model.relations.values() if model.framework.store == "sql" else ()
    keys = [_foreign_key(relation) for relation in relations if relation.kind in {"reference", "column"}]
    return Declaration(
        table,
        tuple({column.name: column for column in model.columns.values()}.values()),
        tuple(key for key in keys if key is not None),
        Place(model.unit.path, model.line),
        model.framework.name,
        model.confidence,
        model.name,
        model.managed,
        creates,
        model.framework.store,
        model.connection,
    )


def _foreign_key(relation: Relation) -> tuple[ForeignKey, Place] | None:
    """Return the foreign key of a relation with its place, or None where its target is not known."""
    target = relation.target
    table = target.table if target is not None else relation.target_table
    if table is None:
        return None
    columns = relation.target_columns
    if not columns and target is not None and target.key:
        columns = (target.key,)
    return ForeignKey((relation.column,), table, columns, relation.enforced), Place(relation.path, relation.line)


def options(evaluator: "Evaluator") -> Iterator[RawStatement]:
    """Yield the uses that class attributes of serializers, forms and generic views make of a model."""
    rules = [rule for framework in evaluator.frameworks for rule in framework.options]
    for unit in evaluator.program.units.values():
        for definition in unit.module.classes:
            bases = {getattr(base, "name", "") for base in definition.bases}
            for rule in rules:
                if not bases & set(rule.bases):
                    continue
                for value in _named_at(evaluator, unit, definition, rule.at):
                    place = Place(unit.path, value.line)
                    accesses = [of_model(value.model, does, None, place) for does in rule.does]
                    told = tuple(access for access in accesses if access is not None)
                    if told:
                        yield RawStatement(place, value.model.framework.name, told, (), definition.qualified)


def _named_at(evaluator: "Evaluator", unit: Unit, definition: Class, place: str) -> Iterator[Entity]:
    """Yield the models that an option of a class or a decorator's arguments name."""
    found = option(evaluator.models, (unit, definition), place, inherit=False)
    written = [found] if found else []
    for decorator in definition.decorators:
        if isinstance(decorator, Call) and f"@{called(decorator)}" == place:
            written += [(argument, Environment(unit, definition.scope)) for argument in decorator.arguments]
    for expression, at in written:
        value = evaluator.value(expression, at)
        if isinstance(value, Entity):
            yield value


def _created(evaluator: "Evaluator") -> set[tuple[str, str]]:
    """Return (file, framework) of the models that code creates tables for (`create_all`, `create_tables` …).

    Such a call creates the tables of every model that its file imports, directly or through others.
    """
    words: defaultdict[str, set[str]] = defaultdict(set)
    for framework in evaluator.frameworks:
        for word in framework.creates:
            words[word].add(framework.name)
    imported: defaultdict[str, set[str]] = defaultdict(set)
    for importer, target, _ in Mentions(evaluator.program).edges():
        imported[importer].add(target)
    found: set[tuple[str, str]] = set()
    for unit in evaluator.program.units.values():
        names = {called(call) for item in unit.outermost for call in item.calls}
        for creator in {name for word in names & words.keys() for name in words[word]}:
            found.update((path, creator) for path in _reachable(unit.path, imported))
    return found


def _reachable(start: str, imported: dict[str, set[str]]) -> set[str]:
    seen, pending = {start}, [start]
    while pending:
        fresh = imported.get(pending.pop(), set()) - seen
        seen |= fresh
        pending += fresh
    return seen
