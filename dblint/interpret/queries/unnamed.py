"""Collections and tables of other stores than SQL that code names by a value nobody can know: they are counted, not guessed."""

from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework, verb_of
from dblint.interpret.evaluation.arguments import argument, called
from dblint.interpret.evaluation.values import Entity, Environment, External
from dblint.interpret.queries import collections
from dblint.interpret.queries.record import Record
from dblint.interpret.strings.sinks import Sinks, receiver_of
from dblint.model.place import Place
from dblint.model.syntax import Call, Expression, Item, Literal, Member
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator


def unnamed(evaluator: "Evaluator", sinks: Sinks, call: Call, at: Environment, record: Record) -> None:
    """Record a collection that is asked for by an unknown name: `db.collection(name)`, `db[name].find()`."""
    for framework, rule in sinks.referring.get(called(call), ()):
        receiver = receiver_of(evaluator, call, at)
        written = argument(call, (rule.name,))
        if written is not None and isinstance(receiver, External) and receiver.is_of(framework):
            _tell(evaluator, framework, written, call, at, record)
            return
    holder = call.function.value if isinstance(call.function, Member) else None
    if not isinstance(holder, Item) or isinstance(holder.key, Literal) or not evaluator.document_stores:
        return
    found = collections.database_at(evaluator, holder.value, at)
    if found is not None and verb_of(found.verbs.model, called(call)) is not None:
        _tell(evaluator, found, holder.key, call, at, record)


def _tell(
    evaluator: "Evaluator", framework: Framework, written: Expression, call: Call, at: Environment, record: Record
) -> None:
    """Record the place if no variant of the name is known; a name that callers pass is resolved where they call."""
    texts = evaluator.texts.of(written, at)
    if isinstance(evaluator.value(written, at), Entity) or not all(HOLE in item.text for item in texts):
        return
    kind = "collection" if framework.store == "mongodb" else "table"
    record.unknown(Place(at.unit.path, call.line), f"dynamic-{kind}", texts[0].text if texts else HOLE, at)
