"""Calls that name a table by a string (`df.to_sql("t")`, `cur.copy_from(f, "t")`)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Argument, Framework, TableRule
from dblint.frameworks.verbs import Does
from dblint.interpret.evaluation.arguments import argument, called, literal_texts
from dblint.interpret.evaluation.values import Entity, Environment, External, Query, parts
from dblint.interpret.queries.accesses import of_name
from dblint.interpret.queries.objectkeys import inside
from dblint.interpret.queries.record import Notes, others
from dblint.interpret.queries.tables import schema_of
from dblint.interpret.strings.sinks import Sinks, receiver_of
from dblint.interpret.strings.written import Written
from dblint.model.facts import RawAccess, RawStatement
from dblint.model.place import Place
from dblint.model.schema import SETTING, TableName
from dblint.model.syntax import Call, Expression, Item, Items, Literal, Mapping, Member, Name, Text
from dblint.sql import HOLE, is_sql, read_script

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator


def named_table(
    evaluator: "Evaluator", sinks: Sinks, call: Call, at: Environment, packages: frozenset[str], notes: Notes
) -> None:
    """Note the table that a call names, by the first rule whose argument is there."""
    for framework, rule in sinks.tables.of(called(call)):
        written = _written(evaluator, call, framework, rule, at)
        if written is None or isinstance(written, Literal) or not _is_meant(evaluator, call, (framework, rule), at, packages):
            continue
        if not any(isinstance(part, Entity | Query) for part in parts(evaluator.value(written, at))):
            names = written.values if isinstance(written, Items) else (written,)
            texts = [text for each in names for text in _texts(evaluator, framework, each, at)]
            _record(evaluator, framework, rule, call, texts, at, notes)
        if not rule.besides:
            return


def _texts(evaluator: "Evaluator", framework: Framework, written: Expression, at: Environment) -> list[Written]:
    """Return the names that an argument can be; stores that take several keys at once take a list of them too."""
    found = evaluator.names_in(written, at, framework.store)
    if (framework.store in PATTERNS and not any(_is_key(item.text) for item in found)) or isinstance(written, Mapping):
        return evaluator.texts.elements(written, at) or found
    return found


def _record(
    evaluator: "Evaluator",
    framework: Framework,
    rule: TableRule,
    call: Call,
    texts: list[Written],
    at: Environment,
    notes: Notes,
) -> None:
    place = Place(at.unit.path, call.line)
    if rule.opaque:
        notes.unknown(place, "opaque-script", ", ".join(item.text for item in texts), at, framework.store)
        return
    if framework.store in PATTERNS and all(_is_key(item.text) for item in texts):
        keys = ((name, item) for item in texts for name in keys_of(item.text))
        tables = [(TableName(key, quoted=True), item) for key, item in keys]
    elif any(is_sql(item.text) for item in texts):
        for statement in _derived(texts, framework, call, at):
            notes.state(statement)
        return
    elif any(HOLE in item.text for item in texts):
        what = "table" if framework.store == "sql" else _NAMES[framework.store]
        notes.unknown(place, f"dynamic-{what}", texts[0].text, at, framework.store)
        return
    else:
        schema = schema_of(evaluator, call, rule, at)
        tables = [(_table(item.text, schema), item) for item in texts]
    columns = _columns(call, rule.columns)
    for table, givers in dict.fromkeys((table, others(item.givers, at)) for table, item in tables):
        for does in _effects(call, rule):
            access = of_name(table, does, columns, place, framework, queue=rule.queue)
            notes.state(RawStatement(place, framework.name, (access,), (), at.scope, givers=givers))


def _table(text: str, schema: str) -> TableName:
    if SETTING in text:
        return TableName(text, schema or None)
    *prefix, name = (part.strip('`"[]') for part in text.split("."))
    return TableName(name, schema or (prefix[-1] if prefix else None), ".".join(prefix[:-1]) or None)


_NAMES = defaultdict(lambda: "table", redis="key", mongodb="collection", elasticsearch="index", influxdb="bucket")
"""What stores call the things that they hold."""
PATTERNS = frozenset({"redis", "elasticsearch"})
"""Stores whose names hold a part that differs from row to row, or a wildcard."""


_BATCHES = frozenset({"pipe", "pipeline", "pipelined", "multi", "batch", "transaction", "txpipeline"})
"""What collects calls: whatever is called on it gives itself."""


def _is_key(text: str) -> bool:
    """Return whether a key begins with words of its own, so that it says what is stored under it."""
    return bool(text.partition(HOLE)[0].strip("*:.-_/ "))


def keys_of(text: str) -> list[str]:
    """Return the patterns of keys or indices in a text: `session:*:cart`, `logs-*`; a colon at the end is that of a prefix."""
    parts = [part for part in (each.strip() for each in text.replace(HOLE, "*").split(",")) if part]
    return [f"{part}*" if part.endswith(":") else part for part in parts]


def _written(evaluator: "Evaluator", call: Call, framework: Framework, rule: TableRule, at: Environment) -> Expression | None:
    """Return what names the table: an argument, or for `[]` the key of the item that the method is called on."""
    if rule.name != "[]":
        found = argument(call, (rule.name,))
        return found if found is not None or not isinstance(rule.name, str) else inside(call, rule.name, at)
    holder = call.function.value if isinstance(call.function, Member) else None
    if isinstance(holder, Item):
        return holder.key
    value = evaluator.value(holder, at) if isinstance(holder, Name | Member) else None
    if isinstance(value, External) and value.is_of(framework) and value.path.endswith(f"().{value.last}"):
        return Text(value.last, call.line)
    return None


def _derived(texts: list[Written], framework: Framework, call: Call, at: Environment) -> Iterator[RawStatement]:
    """Yield what a derived table reads that stands in place of a table's name (`"(select …) as t"`).

    A query without parentheses is read like any other text.
    """
    place = Place(at.unit.path, call.line)
    for item in texts:
        for statement in read_script(f"select 1 from {item.text}") if item.text.lstrip().startswith("(") else ():  # noqa: S608 -- read, never run
            accesses = tuple(
                RawAccess(
                    use.table,
                    use.mode,
                    use.action,
                    use.shape,
                    use.columns,
                    place,
                    framework.name,
                    "explicit",
                    via=use.via,
                    besides=use.besides,
                )
                for use in statement.uses
            )
            joins = tuple((join.tables, join.kind, place) for join in statement.joins)
            yield RawStatement(place, framework.name, accesses, joins, at.scope, givers=others(item.givers, at))


def _is_meant(
    evaluator: "Evaluator", call: Call, row: tuple[Framework, TableRule], at: Environment, packages: frozenset[str]
) -> bool:
    """Return whether a call is that of the rule, by what it is called on and what it is given."""
    framework, rule = row
    imported = not packages.isdisjoint(framework.packages)
    if at.unit.traits.full_names and rule.receivers:  # a repository is used where nothing of the library is imported
        return bool(set(rule.receivers) & set(_chain(call)))
    if not imported and framework.store == "sql":
        return False
    if rule.given is not None:
        written = argument(call, (rule.given[0],))
        if not isinstance(written, Text) or written.value.upper() != rule.given[1].upper():
            return False
    if framework.store == "sql" and rule.receivers and isinstance(receiver_of(evaluator, call, at), Query):
        return False  # it says something of the relations of a model
    if framework.store == "redis" and _is_of_data(evaluator, call, framework, at):
        return False
    if imported and (not rule.receivers or set(rule.receivers) & set(_chain(call))):
        return True
    receiver = receiver_of(evaluator, call, at)
    return isinstance(receiver, External) and receiver.is_of(framework) and not _divided(framework, rule)


def _is_of_data(evaluator: "Evaluator", call: Call, framework: Framework, at: Environment) -> bool:
    """Return whether a method is one of what Redis has given (`client.hgetall(key).get("name")`), which is no client."""
    target = call.function.value if isinstance(call.function, Member) else None
    receiver = evaluator.value(target, at) if isinstance(target, Name) else None
    made = receiver.path.endswith("()") if isinstance(receiver, External) else isinstance(target, Call)
    steps = receiver.path.split(".") if isinstance(receiver, External) else [called(target)] if isinstance(target, Call) else []
    giving = {*framework.results, *(table.call for table in framework.tables)}
    batches = _BATCHES.intersection(name.lower().removesuffix("()") for name in (*steps, *_chain(call)))
    return made and steps[-1].removesuffix("()") in giving and not batches


def _divided(framework: Framework, rule: TableRule) -> bool:
    """Return whether it depends on the receiver what a call does."""
    return any(other.call == rule.call and other.does != rule.does for other in framework.tables)


def _chain(call: Call) -> Iterator[str]:
    """Yield the names of the chain that a method is called on, without case and leading underscores."""
    node: Expression = call.function
    while isinstance(node, Member | Call | Item):
        node = node.function if isinstance(node, Call) else node.value
        if isinstance(node, Member | Name):
            yield node.name.rpartition(".")[2].strip("_").lower()  # modules of Elixir have their full names


def _effects(call: Call, rule: TableRule) -> tuple[Does, ...]:
    """Return what a call does to its table, a keyword's value taken into account (`if_exists="replace"`)."""
    keyword = dict(call.keywords).get(rule.when)
    written = keyword.value if isinstance(keyword, Text) else ""
    does = rule.also.get(written, rule.does)
    match does:
        case "declare" | "refer":
            return ()
        case "replace":
            return ("drop", "create", "insert")
        case _:
            return (does,)


def _columns(call: Call, place: Argument | None) -> tuple[str, ...] | None:
    written = argument(call, (place,)) if place is not None else None
    return tuple(text.value for text in literal_texts(written)) or None if written is not None else None
