"""Collections and tables of other stores than SQL that code names by a value of which several, or none, are known.

Those that callers pass are used one by one, each where its caller runs; what nobody can know is counted, not guessed.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import verb_of
from dblint.interpret.evaluation.arguments import argument, called
from dblint.interpret.evaluation.values import Entity, Environment, External
from dblint.interpret.queries import collections
from dblint.interpret.queries.accesses import of_name
from dblint.interpret.queries.record import Notes, others
from dblint.interpret.specific import documents
from dblint.interpret.strings.sinks import Sinks, receiver_of
from dblint.interpret.strings.written import Written
from dblint.model.facts import RawStatement
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.model.syntax import Call, Expression, Item, Literal, Member, Name
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

_DEEPEST = 2


def unnamed(evaluator: "Evaluator", sinks: Sinks, call: Call, at: Environment, notes: Notes) -> None:
    """Note a collection that is asked for by an unknown name: `db.collection(name)`, `db[name].find()`."""
    for framework, rule in sinks.referring.get(called(call), ()):
        receiver = receiver_of(evaluator, call, at)
        written = argument(call, (rule.name,))
        if written is not None and isinstance(receiver, External) and receiver.is_of(framework):
            if not documents.is_for_each_class(evaluator, call, at):
                _tell(evaluator, framework, written, call, at, notes)
            return
    holder = call.function.value if isinstance(call.function, Member) else None
    if holder is not None and evaluator.document_stores:
        _each_name(evaluator, sinks, call, holder, at, notes)
    if not isinstance(holder, Item) or isinstance(holder.key, Literal) or not evaluator.document_stores:
        return
    found = collections.database_at(evaluator, holder.value, at)
    if found is not None and verb_of(found.verbs.model, called(call)) is not None:
        _tell(evaluator, found, holder.key, call, at, notes)


def _tell(evaluator: "Evaluator", framework: Framework, written: Expression, call: Call, at: Environment, notes: Notes) -> None:
    """Note the place if no variant of the name is known; a name that callers pass is resolved where they call."""
    texts = evaluator.names_in(written, at, framework.store)
    if isinstance(evaluator.value(written, at), Entity) or not all(HOLE in item.text for item in texts):
        return
    kind = "collection" if framework.store == "mongodb" else "table"
    notes.unknown(Place(at.unit.path, call.line), f"dynamic-{kind}", texts[0].text if texts else HOLE, at, framework.store)


def _each_name(evaluator: "Evaluator", sinks: Sinks, call: Call, holder: Expression, at: Environment, notes: Notes) -> None:
    """Note what a call does to a collection of which callers pass several names, once for each of them."""
    possible = [each for each in evaluator.document_stores if verb_of(each.verbs.model, called(call)) is not None]
    value = evaluator.value(holder, at) if possible else None
    if isinstance(value, External):
        framework = next((each for each in possible if value.is_of(each)), None)
    else:
        framework = None if isinstance(value, Entity) or not possible else _looked_up(evaluator, holder, at)
    verb = verb_of(framework.verbs.model, called(call)) if framework is not None else None
    if framework is None or verb is None or verb.does == "nothing":
        return
    texts = list(_names(evaluator, sinks, framework, holder, at, 0))
    named = [text for text in texts if HOLE not in text.text and text.text]
    if texts and not named and _looked_up(evaluator, holder, at) is not None:
        notes.unknown(Place(at.unit.path, call.line), "dynamic-collection", texts[0].text, at, framework.store)
    for text in dict.fromkeys(named) if len({text.text for text in named}) > 1 else ():
        place = Place(at.unit.path, call.line)
        access = of_name(TableName(text.text, quoted=True), verb.does, None, place, framework)
        givers = others(text.givers, at)
        notes.state(RawStatement(place, framework.name, (access,), (), at.scope, givers=givers))


def _looked_up(evaluator: "Evaluator", holder: Expression, at: Environment) -> Framework | None:
    """Return the framework of the database in which what a name or attribute has is looked up: `self.rows = db[name]`."""
    for value, where, _ in evaluator.texts.meanings(holder, at) if isinstance(holder, Name | Member) else ():
        if isinstance(value, Item) and (found := collections.database_at(evaluator, value.value, where)) is not None:
            return found
    return None


def _names(
    evaluator: "Evaluator", sinks: Sinks, framework: Framework, holder: Expression, at: Environment, depth: int
) -> Iterator[Written]:
    """Yield the names of the collection that an expression is, as callers give them."""
    match holder:
        case Item(value=value, key=key) if collections.database_at(evaluator, value, at) is not None:
            yield from evaluator.texts.of(key, at)
        case Call():
            rules = (rule for known, rule in sinks.referring.get(called(holder), ()) if known is framework)
            written = next((found for rule in rules if (found := argument(holder, (rule.name,))) is not None), None)
            yield from evaluator.texts.of(written, at) if written is not None else ()
        case Name() | Member() if depth < _DEEPEST:
            for value, where, _ in evaluator.texts.meanings(holder, at):
                yield from _names(evaluator, sinks, framework, value, where, depth + 1)
