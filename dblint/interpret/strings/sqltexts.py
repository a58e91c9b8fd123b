"""SQL texts: those that calls hand to the database, and those that only look like SQL."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from dblint.engine.keys import key
from dblint.frameworks.schema import Framework
from dblint.frameworks.sql import SqlRule
from dblint.interpret.evaluation.arguments import called, flag, given, literal_texts
from dblint.interpret.evaluation.values import (
    Columns,
    ColumnValue,
    Entity,
    Environment,
    Instance,
    Query,
    RelationValue,
    Value,
    parts,
)
from dblint.interpret.queries import commontables
from dblint.interpret.queries.accesses import of_name
from dblint.interpret.queries.record import Notes, others
from dblint.interpret.specific import mybatis
from dblint.interpret.specific.jpql import Entities, speaks_of_entities
from dblint.interpret.strings.sinks import Sinks, looks_like_connection, receiver_of, sql_argument
from dblint.interpret.strings.written import Written, naming
from dblint.interpret.tree.inside import Outermost, nodes
from dblint.model.facts import Confidence, RawAccess, RawCall, RawStatement
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.model.sql import Action, Called, Dialect, Statement, TableUse
from dblint.model.syntax import Call, Expression, Items, Lambda, Member, Name, Operation, Template, Text
from dblint.sql import HOLE, ReadScript, as_sql, dialect_of, is_setting, is_sql

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit


_FORMS = frozenset({"table", "tablename", "table_name", "your_table", "yourtable", "my_table", "mytable"})
SHORT = 40
"""Characters of a text below which its SQL shape alone says little."""
# What a text that code builds begins with if it is worth building.
_VERB = re.compile(r"\s*\(?\s*(?:select|insert|update|delete|with|merge|replace|truncate|upsert)\b", re.IGNORECASE)

_ESCAPE = re.compile(r"\s*\{\s*(?:\?\s*=\s*)?(call\s[^{}]*)\}\s*;?\s*", re.IGNORECASE)

SPEAKING = frozenset(
    {"print", "debug", "info", "warning", "warn", "error", "critical", "exception", "log", "echo", "_", "gettext"}
)
SAID = frozenset(
    {
        "help",
        "help_text",
        "description",
        "epilog",
        "message",
        "msg",
        "title",
        "label",
        "verbose_name",
        "doc",
        "example",
        "examples",
    }
)
"""Calls and keywords whose texts are for people."""


class How(msgspec.Struct, frozen=True):
    """How an SQL text was found; with `quiet`, what is not understood is no SQL and is not told."""

    name: str
    dialect: Dialect | None
    sure: Confidence
    connection: str = ""
    quiet: bool = False
    store: str = "sql"


_FETCH_MODES = frozenset({"PDO", "FetchMode"})
"""Whose constants say how rows are fetched: https://www.php.net/manual/en/pdo.constants.php, those of Doctrine 2."""
_VIEWS = (".tsx", ".jsx")


class SqlTexts:
    """Reads every SQL text of a program once; `dialects` are those of the top-level folders."""

    def __init__(
        self,
        evaluator: "Evaluator",
        sinks: Sinks,
        dialects: Mapping[str, Dialect],
        scripts: ReadScript,
        query: Callable[[Query, Environment], None],
    ) -> None:
        self._evaluator = evaluator
        self._sinks = sinks
        self._dialects = dialects
        self._scripts = scripts
        self._notes = Notes()
        self._query = query
        self._entities = Entities(evaluator)

    def begin(self, notes: Notes) -> None:
        """Write down what is found from now on in these notes."""
        self._notes = notes

    def consume(self, call: Call, at: Environment) -> None:
        """Take the texts in a call for read: they are in another language."""
        for written in given(call):
            self._notes.consumed.update(
                (path, line) for item in self._evaluator.texts.of(written, at) for _, path, line in item.marks
            )

    def call(self, call: Call, at: Environment, packages: frozenset[str]) -> None:
        """Record what the SQL argument of a call says, by the best rule that understands it."""
        if called(call) not in self._sinks.sql:
            return
        receiver = receiver_of(self._evaluator, call, at)
        for framework, rule in self._sinks.sql_rules(call, receiver, packages):
            written = sql_argument(call, rule)
            if written is None:
                continue
            if rule.routine:
                self._routine(written, call, receiver, at)
                return
            if rule.later:
                self._notes.consumed.update((at.unit.path, text.line) for text in literal_texts(written))
                return
            if rule.entities and not flag(dict(call.keywords).get(rule.native), default=False):
                if self._of_entities(call, written, rule, receiver, at):
                    return
                continue
            keywords = dict(call.keywords)
            for undone in (keywords[name] for name in rule.undoes if name in keywords):
                self._notes.consumed.update((at.unit.path, text.line) for text in literal_texts(undone))
            # Some calls take several statements in a list.
            several = _listed(written, rule) if isinstance(written, Items) else (written,)
            if True in [self._argument(call, each, framework, rule, receiver, at) for each in several]:
                return

    def _of_entities(self, call: Call, written: Expression, rule: SqlRule, receiver: Value, at: Environment) -> bool:
        """Record a text that names classes; false if it is none."""
        texts = [item for item in self._evaluator.texts.of(written, at) if item.text.strip(HOLE + " \n\t")]
        found = [(item, self._entities.query(item, at, at.unit.path)) for item in texts]
        for item, query in found:
            self._notes.consumed.update((path, line) for _, path, line in item.marks)
            if query is not None:
                self._query(query, at)
            elif speaks_of_entities(item.text):
                self._notes.unknown(Place(at.unit.path, call.line), "unknown-entity", item.text, at)
        if not found and rule.strong and looks_like_connection(call, receiver, self._evaluator.frameworks, at):
            self._notes.unknown(Place(at.unit.path, call.line), "dynamic-statement", HOLE, at)
        return bool(found)

    def leftovers(self, unit: "Unit") -> None:
        """Record SQL texts that no known call consumes: they are SQL by their shape alone, so that nothing rests on them.

        Those of a view are there to be looked at, unless it imports what could run them.
        """
        if unit.path.endswith(_VIEWS) and not self._sinks.run_by(self._evaluator.packages(unit)):
            return
        for item in unit.outermost:
            at = Environment(unit, item.scope)
            for built in item.built:
                first = _first_text(built)
                if (
                    first is not None
                    and (unit.path, first.line) not in self._notes.consumed
                    and _VERB.match(first.value)
                    and not _is_said(first, item)
                ):
                    self._leftover(built, at)
            for text in item.texts:
                if (unit.path, text.line) not in self._notes.consumed and is_sql(text.value) and not _is_said(text, item):
                    self._leftover(text, at)

    def _leftover(self, expression: Expression, at: Environment) -> None:
        for written in self._evaluator.texts.of(expression, at):
            named = self._entities.query(written, at, at.unit.path) if self._sinks.of_entities else None
            if named is not None:
                self._query(named, at)
            elif is_sql(written.text):
                sure: Confidence = "guess" if len(written.text) < SHORT else "convention"
                self._read(written, at, How("sql", None, sure, quiet=True))

    def _argument(
        self, call: Call, written: Expression, framework: Framework, rule: SqlRule, receiver: Value, at: Environment
    ) -> bool:
        """Record what an SQL argument says; false if it is nothing that this rule understands."""
        value = self._evaluator.value(written, at)
        if any(isinstance(part, Query | Entity | Instance | Columns | ColumnValue | RelationValue) for part in parts(value)):
            return True  # a query in the words of a framework, recorded where it arrives
        variants = [item.format(without_escape) for item in self._evaluator.texts.of(written, at)]
        if rule.joined_by:  # MyBatis, whose texts hold parameters in its own notation
            variants = [mybatis.plain(item) for item in variants]
        said = [item for item in variants if item.text.strip(HOLE + " \n\t")]
        understood = [item for item in said if rule.table_too or is_sql(_as_sql(item.text, framework.store))]
        if not understood:
            told = rule.strong and not _is_no_text(written, at) and not self._continues(call)
            dynamic = told and any(HOLE in item.text and not is_setting(item.text) for item in variants)
            if dynamic and looks_like_connection(call, receiver, self._evaluator.frameworks, at):
                partial = min((item.text for item in variants), key=len)
                self._notes.unknown(Place(at.unit.path, call.line), "dynamic-statement", partial, at)
                return True
            return False
        for item in understood:
            if rule.table_too and not is_sql(item.text):
                self._table(item, framework, call, at)
            else:
                used = self._evaluator.connections.used(receiver)
                sure: Confidence = "explicit" if item.sure else "guess"
                self._read(item, at, How(framework.name, framework.dialect, sure, used, store=framework.store))
        return True

    def _routine(self, written: Expression, call: Call, receiver: Value, at: Environment) -> None:
        """Record a routine that is called by its name."""
        for item in self._evaluator.texts.of(written, at):
            schema, _, name = item.text.rpartition(".")
            if name.isidentifier() and HOLE not in item.text:
                called_one = Called("routine", TableName(name, schema or None))
                place = Place(at.unit.path, call.line)
                self._notes.call(RawCall(called_one, place, at.scope, self._evaluator.connections.used(receiver)))

    def _continues(self, call: Call) -> bool:
        """Return whether a call goes on with a statement whose text a call before it took: `client.sql(text).query(mapper)`."""
        node = call.function
        while isinstance(node, Member | Call):
            if isinstance(node, Call) and called(node) in self._sinks.sql and given(node):
                return True
            node = node.value if isinstance(node, Member) else node.function
        return False

    def _table(self, item: Written, framework: Framework, call: Call, at: Environment) -> None:
        """Record a bare table name that stands where SQL may stand."""
        if HOLE in item.text or not item.text.replace(".", "").replace("_", "").isalnum():
            return
        schema, _, name = item.text.rpartition(".")
        place = Place(at.unit.path, call.line)
        access = of_name(TableName(name, schema=schema or None), "read", ("*",), place, framework)
        self._notes.state(RawStatement(place, framework.name, (access,), (), at.scope, givers=others(item.givers, at)))

    def _read(self, written: Written, at: Environment, how: How) -> None:
        """Record the statements of an SQL text, each access at the line its table's name stands on."""
        self._notes.text = key((repr((written.text, written.marks, written.givers)).encode("utf-8", "surrogatepass"),))
        if self._notes.text not in self._notes.read:
            self._notes.read.add(self._notes.text)
            self._read_anew(written, at, how)
        self._notes.text = ""

    def _read_anew(self, written: Written, at: Environment, how: How) -> None:
        self._notes.consumed.update((path, line) for _, path, line in written.marks)
        folder = at.unit.path.partition("/")[0]
        dialect = how.dialect or self._dialects.get(folder) or dialect_of(written.text) or "generic"
        text = _as_sql(written.text, how.store)
        if expressions := commontables.of_beginning(text):  # what other texts go on with
            self._notes.define(at.unit.path, expressions)
            text += " SELECT 1"
        for statement in self._scripts(text, dialect):
            if not how.quiet or (statement.status == "understood" and not _is_form(statement)):
                self._statement(statement, written, at, how)

    def _statement(self, statement: Statement, written: Written, at: Environment, how: How) -> None:
        start = _place(written, statement.offset, at)
        understood = statement.status == "understood"
        if not understood and (statement.status == "dynamic" or not statement.uses):
            self._notes.unknown(start, statement.reason or statement.status, statement.partial, at, how.store)
        accesses = tuple(
            RawAccess(
                use.table,
                use.mode,
                use.action,
                use.shape,
                use.columns,
                _place_of_name(written, use.offset, at, start),
                how.name,
                how.sure if understood and not use.table.is_pattern else "guess",
                how.store,
                how.connection,
                use.via,
                use.besides,
            )
            for use in _distinct(statement.uses)
        )
        joins = tuple((join.tables, join.kind, _place(written, join.offset, at)) for join in statement.joins)
        events = statement.events
        self._notes.define(at.unit.path, (event.table.name for event in events if "temporary" in event.flags))
        if how.store != "sql":  # the schema of other stores is not followed: their tables are only created and dropped
            accesses, events = (*accesses, *_defined(statement, how, start)), ()
        file = at.unit.path if start.path != at.unit.path else ""
        for call in statement.calls if how.store == "sql" else ():
            self._notes.call(RawCall(call, _place(written, call.offset, at), at.scope, how.connection, file))
        if accesses or events:
            self._notes.state(
                RawStatement(
                    start, how.name, accesses, joins, at.scope, events, file, others(naming(written, at.unit.path), at)
                )
            )


def _as_sql(text: str, store: str) -> str:
    """Return a statement of a store as SQL, every offset kept."""
    return as_sql(text) if store == "cassandra" else text


def _defined(statement: Statement, how: How, place: Place) -> Iterator[RawAccess]:
    """Yield the creation and removal of tables in a language like SQL (CQL)."""
    actions: dict[str, Action] = {"table.create": "create", "table.drop": "drop"}
    for event in statement.events:
        if event.kind in actions:
            columns = tuple(column.name for column in event.columns) or None
            yield RawAccess(event.table, "ddl", actions[event.kind], "cols", columns, place, how.name, how.sure, how.store)


def without_escape(text: str) -> str:
    """Return JDBC's `{? = call f(?)}` as the statement of the same length that it stands for, any other text as it is."""
    found = _ESCAPE.fullmatch(text)
    return " " * found.start(1) + found[1] + " " * (len(text) - found.end(1)) if found else text


def _listed(written: Items, rule: SqlRule) -> tuple[Expression, ...]:
    """Return the statements of a list; some libraries take a list for the pieces of one."""
    if not rule.joined_by or not written.values:
        return written.values
    glue = Text(rule.joined_by, written.line)
    pieces = [part for value in written.values for part in (value, glue)]
    return (Template(tuple(pieces[:-1]), written.line),)


def _is_no_text(expression: Expression, at: Environment) -> bool:
    """Return whether an argument is a function, a class (`query(User.class)`), a new object or a fetch mode, without SQL."""
    if at.unit.traits.family == "php":
        while isinstance(expression, Operation):  # `PDO::FETCH_COLUMN | PDO::FETCH_GROUP`
            expression = expression.left
        holder = expression.value if isinstance(expression, Member) else None
        return isinstance(expression, Lambda) or (isinstance(holder, Name) and holder.name in _FETCH_MODES)
    if isinstance(expression, Lambda) or at.unit.traits.family != "jvm":
        return isinstance(expression, Lambda)
    name = called(expression) if isinstance(expression, Call) else getattr(expression, "name", "")
    return name[:1].isupper() and not name.isupper() and "_" not in name


def _is_form(statement: Statement) -> bool:
    """Return whether a statement shows people how to write one: no table is called by the bare word for one."""
    return bool(statement.uses) and all(use.table.name.casefold() in _FORMS for use in statement.uses)


def _is_said(text: Text, item: Outermost) -> bool:
    """Return whether a text is said to people: a message of a log, the help of an option."""
    for call in item.calls:
        said = call.arguments if _speaks(called(call)) else tuple(value for name, value in call.keywords if name in SAID)
        if any(node is text for argument in said for node in nodes(argument)):
            return True
    return False


def _speaks(name: str) -> bool:
    """Return whether a call says something to people: a message of a log, an exception, a print-out."""
    return name in SPEAKING or name.endswith(("Error", "Exception", "Warning"))


def _place(written: Written, offset: int, at: Environment) -> Place:
    found = written.place(offset)
    return Place(*found) if found else Place(at.unit.path, 1)


def _place_of_name(written: Written, offset: int, at: Environment, start: Place) -> Place:
    """Return where a table's name stands in a text; in Go where the text begins, if something else gives the name."""
    found = _place(written, offset, at)
    elsewhere = found.path != start.path or found.line < start.line
    return start if elsewhere and at.unit.traits.several_results else found


def _distinct(uses: tuple[TableUse, ...]) -> Iterator[TableUse]:
    seen = set()
    for use in uses:
        key = (use.table, use.mode, use.action, use.shape, use.offset)
        if key not in seen:
            seen.add(key)
            yield use


def _first_text(expression: Expression) -> Text | None:
    """Return the string that a built text begins with."""
    while not isinstance(expression, Text):
        if isinstance(expression, Template) and expression.parts:
            expression = expression.parts[0]
        elif isinstance(expression, Operation):
            expression = expression.left
        else:
            return None
    return expression
