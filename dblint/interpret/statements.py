"""Writes down what evaluation found: a statement for every query and every SQL text, an unresolved place for the rest."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.interpret import lookups
from dblint.interpret.models import Model
from dblint.interpret.sinks import Sinks, called, calls_of, looks_like_connection, packages_of, receiver_of, sql_argument
from dblint.interpret.tables import schema_of
from dblint.interpret.values import (
    CallResult,
    Environment,
    External,
    FunctionValue,
    Instance,
    Mention,
    Query,
    Several,
    Unknown,
    Value,
)
from dblint.interpret.written import Written
from dblint.model.facts import Confidence, RawAccess, RawStatement, Unresolved
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.model.sql import Action, Dialect, Mode, Statement, TableUse
from dblint.model.syntax import Binding, Call, Expression, Text
from dblint.sql import HOLE, dialect_of, is_sql, read_script

if TYPE_CHECKING:
    from dblint.frameworks.schema import Framework, SqlRule
    from dblint.interpret.evaluate import Evaluator
    from dblint.interpret.program import Unit

MODES: dict[str, Mode] = {
    "read": "read",
    "lock": "lock",
    "insert": "write",
    "update": "write",
    "delete": "write",
    "upsert": "write",
    "truncate": "write",
    "create": "ddl",
    "drop": "ddl",
}
ACTIONS: dict[str, Action] = {"read": "select"}
SHAPES = {
    "insert": "insert.cols",
    "upsert": "conflict",
    "update": "update.cols",
    "delete": "delete",
    "truncate": "truncate",
    "lock": "cols",
    "read": "cols",
}


class Recorder:
    """Collects the statements and unresolved places of one program."""

    def __init__(self, evaluator: "Evaluator", sinks: Sinks, dialects: dict[str, Dialect]) -> None:
        self.evaluator = evaluator
        self.sinks = sinks
        self.dialects = dialects
        self.statements: list[RawStatement] = []
        self.unresolved: list[Unresolved] = []
        self._texts: set[tuple[str, tuple[tuple[int, str, int], ...]]] = set()
        self._consumed: set[tuple[str, int]] = set()

    def unit(self, unit: "Unit") -> None:
        """Record everything one file does."""
        packages = packages_of(unit)
        for expression, scope in outermost(unit):
            at = Environment(unit, scope)
            for query in queries_of(self.evaluator.value(expression, at)):
                self.query(query, at, self._connection(expression, at))
            for call in calls_of(expression):
                self._call(call, at, packages)
        for binding in unit.module.bindings:
            if "." in binding.target:
                self._assignment(binding, Environment(unit, binding.scope))

    def _connection(self, expression: Expression, at: Environment) -> str:
        """Return the connection that a query takes: the one it names, else that of the session which runs it."""
        known = self.evaluator.connections
        made = list(calls_of(expression))
        named = [name for call in made if (name := known.chosen(call))]
        used = {name for call in made if (name := known.used(receiver_of(self.evaluator, call, at)))} if not named else set(named[:1])
        return used.pop() if len(used) == 1 else ""

    def _assignment(self, binding: Binding, at: Environment) -> None:
        """Record an attribute set on a row that was loaded: the session writes it back."""
        receiver, _, attribute = binding.target.rpartition(".")
        if "." in receiver or receiver in {"self", "cls"}:
            return
        value = self.evaluator.name(receiver, at, binding.line)
        model = value.model if isinstance(value, Instance) and value.columns is None else None
        if isinstance(value, Query) and value.written:
            model = value.target
        if model is None or model.framework.model is None or not model.framework.model.tracks_changes:
            return
        column = lookups.column(model, attribute)
        if column:
            query = Query(model, model.framework.name, binding.line)
            query.mentions.append(Mention(model, "update", binding.line, (column,)))
            self.query(query, at)

    def leftovers(self, unit: "Unit") -> None:
        """Record SQL texts that no known call consumes: they are SQL by their shape alone, so that nothing rests on them."""
        for expression, scope in outermost(unit):
            for text in _literals(expression):
                if (unit.path, text.line) not in self._consumed and is_sql(text.value):
                    at = Environment(unit, scope)
                    for written in self.evaluator.texts.of(text, at):
                        self.sql(written, at, "sql", None, sure="guess" if len(text.value) < 40 else "convention", quiet=True)

    def query(self, query: Query, at: Environment, connection: str = "") -> None:
        """Record an ORM query: one statement for its joined tables, one each for what is read separately."""
        if query.written and not query.mentions and not query.separate:
            return
        written = {item.model.table for item in query.mentions if item.does not in {"read", "lock"}}
        mentions = [
            item
            for item in query.mentions
            # the condition of an update or delete names columns of the table it writes: that is no second access
            if item.model.table is not None
            and not (item.does == "read" and item.columns is not None and item.model.table in written)
        ]
        carried = [model for model in query.carried if model.table is not None]
        if mentions:
            self.statements.append(self._statement(query, mentions, carried, at, connection))
        for item in query.separate:
            if item.model.table is not None:
                self.statements.append(self._statement(query, [item], [], at, connection))

    def _statement(
        self, query: Query, mentions: list[Mention], carried: list[Model], at: Environment, connection: str
    ) -> RawStatement:
        accesses: dict[tuple[TableName, str], RawAccess] = {}
        for item in mentions:
            table = item.model.table
            assert table is not None
            columns = item.columns if item.columns is not None else (item.model.physical() or None)
            place = Place(at.unit.path, item.line or query.line)
            key = (table, item.does)
            known = accesses.get(key)
            if known is not None:
                columns = _union(known.columns, columns)
                place = known.place
            accesses[key] = RawAccess(
                table,
                MODES[item.does],
                ACTIONS.get(item.does, item.does),
                SHAPES.get(item.does, "cols"),  # type: ignore[arg-type] # verbs are actions
                columns,
                place,
                query.framework,
                _weaker(item.model.confidence, "explicit"),
                item.model.framework.store,
                connection or query.connection or item.model.connection,
            )
        tables = list(dict.fromkeys([*(item.model.table for item in mentions), *(model.table for model in carried)]))
        first = min((access.place for access in accesses.values()), key=lambda place: place.line)
        joined = tuple(table for table in tables if table is not None)
        joins = ((joined, "inner", first),) if len(joined) > 1 else ()
        return RawStatement(first, query.framework, tuple(accesses.values()), joins, at.scope)

    def _call(self, call: Call, at: Environment, packages: frozenset[str]) -> None:
        if called(call) in self.sinks.sql:
            receiver = receiver_of(self.evaluator, call, at)
            for framework, rule in self.sinks.sql_rules(call, receiver, packages):
                given = sql_argument(call, rule)
                if given is not None and self._sink(call, given, framework, rule, receiver, at):
                    break
        if called(call) in self.sinks.tables:
            self._named_table(call, at, packages)

    def _sink(
        self, call: Call, given: Expression, framework: "Framework", rule: "SqlRule", receiver: Value, at: Environment
    ) -> bool:
        """Record what an SQL argument says; false if it is nothing that this rule understands."""
        value = self.evaluator.value(given, at)
        if not isinstance(value, Unknown | CallResult | External | FunctionValue):
            return True
        variants = self.evaluator.texts.of(given, at)
        understood = [item for item in variants if item.text.strip(HOLE + " \n\t") and (is_sql(item.text) or rule.table_too)]
        connected = rule.strong and looks_like_connection(call, receiver, self.evaluator.frameworks)
        if not understood:
            if connected and any(HOLE in item.text for item in variants):
                partial = min((item.text for item in variants), key=len)
                self._dynamic(Place(at.unit.path, call.line), "dynamic-statement", partial, at)
                return True
            return False
        for item in understood:
            if rule.table_too and not is_sql(item.text):
                self._table_text(item, framework, call, at)
            else:
                used = self.evaluator.connections.used(receiver)
                sure: Confidence = "explicit" if item.sure else "guess"
                self.sql(item, at, framework.name, framework.dialect, sure=sure, connection=used)
        return True

    def _table_text(self, item: Written, framework: "Framework", call: Call, at: Environment) -> None:
        if HOLE in item.text or not item.text.replace(".", "").replace("_", "").isalnum():
            return
        schema, _, name = item.text.rpartition(".")
        place = Place(at.unit.path, call.line)
        access = RawAccess(
            TableName(name, schema=schema or None), "read", "select", "star", ("*",), place, framework.name, "explicit"
        )
        self.statements.append(RawStatement(place, framework.name, (access,), (), at.scope))

    def sql(
        self,
        written: Written,
        at: Environment,
        how: str,
        dialect: "Dialect | None",
        *,
        sure: Confidence,
        quiet: bool = False,
        connection: str = "",
    ) -> None:
        """Record the statements of an SQL text, each access at the line its table's name stands on."""
        key = (written.text, written.marks)
        if key in self._texts:
            return
        self._texts.add(key)
        self._consumed.update((path, line) for _, path, line in written.marks)
        chosen = dialect or self.dialects.get(_service_key(at.unit.path)) or dialect_of(written.text) or "generic"
        for statement in read_script(written.text, chosen):
            self._sql_statement(statement, written, at, how, sure, quiet=quiet, connection=connection)

    def _sql_statement(
        self,
        statement: Statement,
        written: Written,
        at: Environment,
        how: str,
        sure: Confidence,
        *,
        quiet: bool,
        connection: str,
    ) -> None:
        start = self._place(written, statement.offset, at)
        if statement.status != "understood" and quiet:
            return
        if statement.status in {"dynamic", "error", "opaque"} and (statement.status == "dynamic" or not statement.uses):
            self.unresolved.append(Unresolved(start, statement.reason or statement.status, statement.partial, at.scope))
        accesses = tuple(
            RawAccess(
                use.table,
                use.mode,
                use.action,
                use.shape,
                use.columns,
                self._place(written, use.offset, at),
                how,
                "guess" if use.table.is_pattern or statement.status != "understood" else sure,
                connection=connection,
                via=use.via,
            )
            for use in _distinct(statement.uses)
        )
        joins = tuple((join.tables, join.kind, self._place(written, join.offset, at)) for join in statement.joins)
        if accesses or statement.events:
            scope = at.scope if start.path == at.unit.path else ""
            self.statements.append(RawStatement(start, how, accesses, joins, scope, statement.events))

    @staticmethod
    def _place(written: Written, offset: int, at: Environment) -> Place:
        found = written.place(offset)
        return Place(*found) if found else Place(at.unit.path, 1)

    def _dynamic(self, place: Place, reason: str, text: str, at: Environment) -> None:
        partial = " ".join(text.replace(HOLE, "⟨?⟩").split())[:200]
        found = Unresolved(place, reason, partial, at.scope)
        if found not in self.unresolved:
            self.unresolved.append(found)

    def _named_table(self, call: Call, at: Environment, packages: frozenset[str]) -> None:
        """Record a call that names a table by a string (`df.to_sql("t")`, `cur.copy_from(f, "t")`)."""
        from dblint.interpret.fields import argument  # noqa: PLC0415 -- only here

        for framework, rule in self.sinks.table_rules(call, packages):
            given = argument(call, (rule.name,))
            if given is None:
                continue
            texts = self.evaluator.texts.of(given, at)
            place = Place(at.unit.path, call.line)
            if any(HOLE in item.text for item in texts):
                self._dynamic(place, "dynamic-table", texts[0].text, at)
                return
            schema = schema_of(self.evaluator, call, rule, at)
            for item in texts:
                prefix, _, name = item.text.rpartition(".")
                table = TableName(name, schema=schema or prefix or None)
                does = rule.also.get(_keyword_text(call, rule.when), rule.does) if rule.when else rule.does
                columns = self._columns(call, rule.columns, at)
                for action in ("drop", "create", "insert") if does == "replace" else (does,):
                    access = RawAccess(
                        table,
                        MODES[action],
                        ACTIONS.get(action, action),
                        SHAPES.get(action, "cols"),  # type: ignore[arg-type] # as above
                        columns,
                        place,
                        framework.name,
                        "explicit",
                    )
                    self.statements.append(RawStatement(place, framework.name, (access,), (), at.scope))
            return

    def _columns(self, call: Call, place: "int | str | None", at: Environment) -> tuple[str, ...] | None:
        from dblint.interpret.fields import argument  # noqa: PLC0415 -- only here

        given = argument(call, (place,)) if place is not None else None
        values = getattr(given, "values", ())
        names = tuple(value.value for value in values if isinstance(value, Text))
        return names or None


def _keyword_text(call: Call, keyword: str) -> str:
    value = dict(call.keywords).get(keyword)
    return value.value if isinstance(value, Text) else ""


def _distinct(uses: tuple[TableUse, ...]) -> Iterator[TableUse]:
    seen = set()
    for use in uses:
        key = (use.table, use.mode, use.action, use.offset)
        if key not in seen:
            seen.add(key)
            yield use


def queries_of(value: Value) -> list[Query]:
    """Return the queries in a value that are not written down elsewhere."""
    if isinstance(value, Query):
        return [] if value.written or (value.manager and not value.mentions) else [value]
    if isinstance(value, Several):
        return [query for inner in value.values for query in queries_of(inner)]
    return []


def outermost(unit: "Unit") -> Iterator[tuple[Expression, str]]:
    """Yield every outermost expression of a file with its scope: evaluations, values of bindings, returned values."""
    for evaluation in unit.module.evaluations:
        yield evaluation.expression, evaluation.scope
    for binding in unit.module.bindings:
        if binding.value is not None:
            yield binding.value, binding.scope
    for function in unit.module.functions:
        for result in function.returns:
            yield result, function.qualified


def _literals(expression: Expression) -> Iterator[Text]:
    pending: list[object] = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, Text):
            yield node
        elif isinstance(node, tuple):
            pending.extend(node)
        elif hasattr(node, "__struct_fields__"):
            pending.extend(getattr(node, name) for name in node.__struct_fields__ if name not in {"breaks", "line"})


def _union(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if one is None or other is None:
        return None
    return tuple(dict.fromkeys([*one, *other]))


ORDER: tuple[Confidence, ...] = ("explicit", "configured", "convention", "guess")


def _weaker(one: Confidence, other: Confidence) -> Confidence:
    return max(one, other, key=ORDER.index)


def _service_key(path: str) -> str:
    return path.partition("/")[0]
