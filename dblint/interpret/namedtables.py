"""Calls that name a table by a string (`df.to_sql("t")`, `cur.copy_from(f, "t")`)."""

from typing import TYPE_CHECKING, Literal

from dblint.frameworks.schema import Argument, Does, TableRule
from dblint.interpret.accesses import of_name
from dblint.interpret.arguments import argument, literal_texts
from dblint.interpret.record import Record
from dblint.interpret.sinks import Sinks
from dblint.interpret.tables import schema_of
from dblint.interpret.values import Environment
from dblint.model.facts import RawStatement
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.model.syntax import Call, Text
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluate import Evaluator


def named_table(
    evaluator: "Evaluator", sinks: Sinks, call: Call, at: Environment, packages: frozenset[str], record: Record
) -> None:
    """Record the table that a call names, by the first rule whose argument is there."""
    for framework, rule in sinks.table_rules(call, packages):
        written = argument(call, (rule.name,))
        if written is None:
            continue
        texts = evaluator.texts.of(written, at)
        place = Place(at.unit.path, call.line)
        if any(HOLE in item.text for item in texts):
            record.unknown(place, "dynamic-table", texts[0].text, at)
            return
        schema = schema_of(evaluator, call, rule, at)
        columns = _columns(call, rule.columns)
        for item in texts:
            prefix, _, name = item.text.rpartition(".")
            table = TableName(name, schema=schema or prefix or None)
            for does in _effects(call, rule):
                access = of_name(table, does, columns, place, framework.name)
                record.statements.append(RawStatement(place, framework.name, (access,), (), at.scope))
        return


def _effects(call: Call, rule: TableRule) -> tuple[Does, ...]:
    """Return what a call does to its table, a keyword's value taken into account (`if_exists="replace"`)."""
    keyword = dict(call.keywords).get(rule.when)
    written = keyword.value if isinstance(keyword, Text) else ""
    does: Literal["declare", "read", "insert", "update", "delete", "replace"] = rule.also.get(written, rule.does)
    if does == "replace":
        return ("drop", "create", "insert")
    return () if does == "declare" else (does,)


def _columns(call: Call, place: Argument | None) -> tuple[str, ...] | None:
    written = argument(call, (place,)) if place is not None else None
    return tuple(text.value for text in literal_texts(written)) or None if written is not None else None
