"""Writes down what evaluation found: a statement for every query and every SQL text, an unresolved place for the rest."""

import time
from collections.abc import Callable, Mapping, Sequence, Set
from typing import TYPE_CHECKING

import msgspec

from dblint.frameworks.verbs import verb_of
from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Bound, Entity, Environment, Instance, Mention, Query, Several, Value
from dblint.interpret.mapping.declarations import made
from dblint.interpret.mapping.entities import Model
from dblint.interpret.mapping.repositories import declared, of_class
from dblint.interpret.queries.accesses import of_model, union
from dblint.interpret.queries.changes import changed
from dblint.interpret.queries.commontables import bound_expressions, named_expressions
from dblint.interpret.queries.earlier import NOTHING, Earlier
from dblint.interpret.queries.namedtables import named_table
from dblint.interpret.queries.record import Notes, Record, Told
from dblint.interpret.queries.series import series
from dblint.interpret.queries.unnamed import unnamed
from dblint.interpret.queries.verbs import reads
from dblint.interpret.specific import ecto
from dblint.interpret.strings.fragments import told
from dblint.interpret.strings.sinks import Sinks
from dblint.interpret.strings.sqltexts import SqlTexts
from dblint.model.facts import RawAccess, RawStatement
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Binding, Call, Expression, Item
from dblint.sql import HOLE, ReadScript

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.grounds import Frame
    from dblint.interpret.tree.units import Unit


_MIGRATING = frozenset({"migrations", "migration", "migrate", "migrator", "automigrate", "seed", "seeds"})
_SHARED = frozenset({"pkg", "common", "shared", "lib", "libs", "core"})
"""Folders of programs that bring schemas up to date, and of what several services use."""


def record(
    evaluator: "Evaluator",
    sinks: Sinks,
    dialects: Mapping[str, Dialect],
    scripts: ReadScript,
    took: Callable[[str, float], None] = lambda _path, _seconds: None,
    earlier: Earlier = NOTHING,
) -> Record:
    """Return the statements and unresolved places of a program; `took` is told the seconds of each file.

    What `earlier` runs were told by files is taken from there if it would be the same now.
    """
    evaluator.defined.all()
    evaluator.models.all()  # first: a class may give other classes relations that lead back to it
    _adopt(evaluator)
    evaluator.settle()
    earlier.compare(evaluator)
    recorder = _Recorder(evaluator, sinks, dialects, scripts)
    found = Record()
    steps: tuple[tuple[Callable[[Unit], None], Mapping[str, Set[int]]], ...] = (
        (recorder.unit, {}),
        (recorder.uncalled, found.derived),
        (recorder.leftovers, found.consumed),
    )
    for step, known in steps:
        for unit in evaluator.program.units.values():
            began = time.perf_counter()
            given = tuple(sorted(known.get(unit.path, ())))
            told = earlier.told(step.__name__, unit.path, given)
            if told is None:
                told, frame = recorder.told(step, unit, given)
                earlier.keep(step.__name__, unit.path, given, told, frame)
            found.add(told)
            took(unit.path, time.perf_counter() - began)
    earlier.save()
    return found


def _adopt(evaluator: "Evaluator") -> None:
    """Find the classes that become models by their use, wherever that is, before anything is written down."""
    by_use = [framework for framework, rule in evaluator.models.with_rules if rule.by_use]
    known = [framework.verbs.anywhere for framework in by_use if evaluator.may_use(framework)]
    for unit in evaluator.program.units.values() if by_use else ():
        for item in unit.outermost if known else ():
            if any(verb_of(table, called(call)) for call in item.calls for table in known):
                evaluator.value(item.expression, Environment(unit, item.scope))
        for definition in unit.module.classes:
            if any(isinstance(base, Item) for base in definition.bases):
                of_class(evaluator, unit, definition, definition.line)


class _Recorder:
    """Goes through the outermost expressions of one file at a time; what each says does not depend on the others' turns."""

    def __init__(self, evaluator: "Evaluator", sinks: Sinks, dialects: Mapping[str, Dialect], scripts: ReadScript) -> None:
        self._notes = Notes()
        self._given = frozenset[int]()
        self._texts = SqlTexts(evaluator, sinks, dialects, scripts, self.query)
        self._evaluator = evaluator
        self._sinks = sinks

    def told(self, step: "Callable[[Unit], None]", unit: "Unit", given: tuple[int, ...]) -> "tuple[Told, Frame]":
        """Return what a step finds in a file, and what that rests on; lines that are `given` need not be looked at again."""
        grounds = self._evaluator.program.grounds
        grounds.began()
        self._given = frozenset(given)
        self._notes = Notes((unit.path, line) for line in given)
        self._texts.begin(self._notes)
        with grounds.apart() as own:
            step(unit)
        return self._notes.told(own.besides, made(self._evaluator, own.besides)), own

    def leftovers(self, unit: "Unit") -> None:
        """Record the SQL texts of a file that no known call consumes."""
        self._texts.leftovers(unit)

    def unit(self, unit: "Unit") -> None:
        """Record everything one file does."""
        packages = self._evaluator.packages(unit)
        bound = {id(binding.value) for binding in unit.module.bindings}
        for item in unit.outermost:
            if not item.named:
                continue  # constants only
            at = Environment(unit, item.scope)
            for query in queries_of(self._evaluator.value(item.expression, at)):
                running = _running(self._evaluator, query, bound=id(item.expression) in bound)
                if running is not None:
                    self.query(running, at, self._connection(item.calls, at))
            for query in changed(self._evaluator, item, at):
                self.query(query, at)
            for call, loops in item.calls_with_loops():
                self._call(call, Environment(unit, item.scope, loops=loops), packages)
        self._notes.define(unit.path, bound_expressions(unit))
        for binding in unit.module.bindings:
            self._bound(binding, Environment(unit, binding.scope))

    def _call(self, call: Call, at: Environment, packages: frozenset[str]) -> None:
        """Record what a call hands to the database: SQL, the name of a table, or rows of which nothing is known."""
        if series(self._evaluator, self._sinks, call, at, packages, self._notes):
            self._texts.consume(call, at)
            return
        self._texts.call(call, at, packages)
        if at.unit.traits.full_names and ecto.is_unknown_change(self._evaluator, call, at):
            place = Place(at.unit.path, call.line)
            if not self._notes.says(place):
                self._notes.unknown(place, "dynamic-table", f"Repo.{called(call)}({HOLE})", at)
        if called(call) in self._sinks.tables:
            named_table(self._evaluator, self._sinks, call, at, packages, self._notes)
        unnamed(self._evaluator, self._sinks, call, at, self._notes)
        if called(call) in self._sinks.cte:
            self._notes.define(at.unit.path, named_expressions(self._evaluator, self._sinks, call, at, packages))

    def _bound(self, binding: Binding, at: Environment) -> None:
        """Record what a binding itself does: an attribute of a row that is set, a loop over a table."""
        if "." in binding.target:
            self._assignment(binding, at)
        elif binding.operator == "for" and binding.value is not None:
            self._enumeration(binding.value, at)

    def _enumeration(self, iterable: Expression, at: Environment) -> None:
        """Record a loop over a table itself, where that runs a query."""
        value = self._evaluator.value(iterable, at)
        if isinstance(value, Entity) and value.model.framework.contexts:
            self.query(Query(value.model, value.model.framework.name, value.line, reads(value.model, value.line)), at)

    def uncalled(self, unit: "Unit") -> None:
        """Record the queries of repositories' methods that no call stands for."""
        for query, at in declared(self._evaluator, unit, self._given):
            self.query(query, at)

    def _connection(self, made: Sequence[Call], at: Environment) -> str:
        """Return the connection that a query takes: the one it names, else that of the session which runs it."""
        known = self._evaluator.connections
        named = [name for call in made if (name := known.chosen(call))]
        if named:
            return named[0]
        used = {name for receiver in self._evaluator.receivers(made, at) if (name := known.used(receiver))}
        return used.pop() if len(used) == 1 else ""

    def _assignment(self, binding: Binding, at: Environment) -> None:
        """Record an attribute set on a row that was loaded: the session writes it back."""
        receiver, _, attribute = binding.target.rpartition(".")
        if "." in receiver or receiver in {"self", "cls"}:
            return
        value = self._evaluator.name(receiver, at, binding.line)
        model = value.model if isinstance(value, Instance) and value.columns is None else None
        if isinstance(value, Query) and value.written:
            model = value.target
        if model is None or model.framework.model is None or not model.framework.model.tracks_changes:
            return
        column = model.column_of(attribute)
        if column:
            mention = Mention(model, "update", binding.line, (column,))
            self.query(Query(model, model.framework.name, binding.line, [mention]), at)

    def query(self, query: Query, at: Environment, connection: str = "") -> None:
        """Record an ORM query: one statement for its joined tables, one each for what is read separately."""
        for inner in query.apart:
            self.query(inner, at, connection)
        if query.written and not query.mentions and not query.separate:
            return
        written = {item.model.table for item in query.mentions if item.does not in {"read", "lock"}}
        # The condition of an update or delete names columns of the table it writes: that is no second access.
        conditions = [
            item for item in query.mentions if item.does == "read" and item.columns is not None and item.model.table in written
        ]
        mentions = [item for item in query.mentions if item not in conditions]
        # Tables that are created together are not joined.
        made = [item for item in mentions if item.does in {"create", "drop"}]
        for item in made if len(mentions) > 1 or any(_brings_up(at, item) for item in made) else ():
            mentions.remove(item)
            self._statement(query, [item], [], _where_made(at, item), connection)
        self._statement(query, mentions, query.carried, at, connection, conditions)
        for item in query.separate:
            self._statement(query, [item], [], at, connection)

    def _statement(
        self,
        query: Query,
        mentions: list[Mention],
        carried: list[Model],
        at: Environment,
        connection: str,
        conditions: Sequence[Mention] = (),
    ) -> None:
        """Record one statement; mentions of one table in one way are one access, at the first one's place."""
        accesses: dict[tuple[TableName, str], RawAccess] = {}
        for item in mentions:
            line = item.model.line if item.model.unit is at.unit and not at.scope and item.does == "create" else item.line
            access = of_model(item.model, item.does, item.columns, Place(at.unit.path, line or query.line))
            if access is None:
                continue
            key = (access.table, item.does)
            known = accesses.get(key)
            if known is not None:
                access = msgspec.structs.replace(access, columns=union(known.columns, access.columns), place=known.place)
            if connection:
                access = msgspec.structs.replace(access, connection=connection)
            if access.mode == "write":
                read = (name for each in conditions if each.model.table == access.table for name in each.columns or ())
                besides = tuple(name for name in dict.fromkeys(read) if name not in (access.columns or ()))
                access = msgspec.structs.replace(access, besides=besides)
            accesses[key] = access
        if not accesses:
            return
        # rows of one collection that are written to another are no join: a document store has none but its own stages
        beside = carried if self._evaluator.framework(query.framework).store == "sql" else []
        tables = [*(access.table for access in accesses.values()), *(model.table for model in beside)]
        joined = tuple(dict.fromkeys(table for table in tables if table is not None))
        first = min((access.place for access in accesses.values()), key=lambda place: place.line)
        joins = ((joined, "inner", first),) if len(joined) > 1 else ()
        self._notes.state(RawStatement(first, query.framework, tuple(accesses.values()), joins, at.scope))


def _brings_up(at: Environment, item: Mention) -> bool:
    """Return whether a program that only brings schemas up to date creates the table of a model which a service holds."""
    around = at.unit.path.lower().split("/")[:-1]
    holder = item.model.unit.path.lower().split("/")[:-1]
    return bool(_MIGRATING & set(around)) and not (_MIGRATING | _SHARED) & set(holder) and item.model.definition is not None


def _where_made(at: Environment, item: Mention) -> Environment:
    """Return where the creation of a table counts: at the model, if the program that calls for it has none of its own."""
    return Environment(item.model.unit, "") if item.does == "create" and _brings_up(at, item) else at


def _running(evaluator: "Evaluator", query: Query, *, bound: bool) -> Query | None:
    """Return what a query does where it stands: one that is idle reads its table only when it is handed to somebody else."""
    if not query.idle:
        return query
    if bound or query.target is None:
        return None
    columns, joined = told(evaluator, query, query.line)
    return msgspec.structs.replace(
        query, mentions=[Mention(query.target, "read", query.line, columns), *query.mentions, *joined]
    )


def queries_of(value: Value) -> list[Query]:
    """Return the queries in a value that are not written down elsewhere."""
    if isinstance(value, Bound) and isinstance(value.receiver, Query):  # a field of what the query gives (`.Error`)
        return queries_of(value.receiver)
    if isinstance(value, Query):
        return [] if value.written or (value.manager and not value.mentions) else [value]
    if isinstance(value, Several):
        return [query for inner in value.values for query in queries_of(inner)]
    return []
