"""Pieces of SQL that query builders take (`Joins("LEFT JOIN orders o ON …")`, `From("users AS u")`)."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import Verb
from dblint.interpret.evaluation.values import Environment, Mention, Query
from dblint.interpret.queries.paths import along
from dblint.interpret.queries.tables import named
from dblint.model.syntax import Call
from dblint.sql import HOLE, read_script

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

_BASE = "dblint_base"
_JOIN = re.compile(r"\s*(?:(?:natural|left|right|full|inner|outer|cross|lateral|straight_join)\s+)*join\s", re.IGNORECASE)


def take_part(evaluator: "Evaluator", verb: Verb, query: Query, node: Call, at: Environment) -> None:
    """Add to a query the tables in the piece of SQL that a call is given, or the relation that it names instead."""
    if verb.narrows and node.arguments:
        query.pieces.append(("narrow", _only_text(evaluator, node, at)))
    if not verb.fragment or not node.arguments:
        return
    framework = evaluator.framework(query.framework)
    if verb.fragment in {"where", "join"}:
        query.pieces.append((verb.fragment, _only_text(evaluator, node, at, first=True)))
    for written in evaluator.texts.of(node.arguments[0], at)[:1]:
        text = written.text
        if verb.nested and not _JOIN.match(text):
            continue  # names of relations
        if verb.fragment == "relation":
            query.mentions += list(_by_alias(evaluator, framework, query, text, node.line))
            continue
        if verb.fragment == "join" and query.target is not None:
            relations = list(_relations(query, text, node.line))
            if relations:
                query.mentions += relations
                continue
        query.mentions += list(mentions(evaluator, framework, text, verb.fragment, node.line))


def _only_text(evaluator: "Evaluator", node: Call, at: Environment, *, first: bool = False) -> str | None:
    """Return the pieces of SQL that a call is given, or None where one of them is not known."""
    found = [evaluator.texts.of(part, at) for part in (node.arguments[:1] if first else node.arguments)]
    if any(len(texts) != 1 or HOLE in texts[0].text or not texts[0].text.strip() for texts in found):
        return None
    return ", ".join(texts[0].text for texts in found)


def narrowed(query: Query) -> tuple[str, ...] | None:
    """Return the columns of its own table that a query names, where it says which it wants; None where that is not known."""
    wanted = [text for kind, text in query.pieces if kind == "narrow"]
    if not wanted or query.target is None or query.target.table is None or any(text is None for _, text in query.pieces):
        return None
    joins = " ".join(text if _JOIN.match(text) else "" for kind, text in query.pieces if kind == "join" and text)
    conditions = " and ".join(f"({text})" for kind, text in query.pieces if kind == "where")
    alias = query.alias or query.target.table.name
    text = f"select {', '.join(map(str, wanted))} from {_BASE} as {alias} {joins} where {conditions or 'true'}"  # noqa: S608 -- read
    for statement in read_script(text):
        used = [use for use in statement.uses if use.table.name == _BASE]
        if statement.status == "understood" and len(used) == 1 and used[0].shape == "cols" and used[0].columns:
            return used[0].columns
    return None


def _by_alias(evaluator: "Evaluator", framework: Framework, query: Query, text: str, line: int) -> Iterator[Mention]:
    """Yield what joining `alias.relation`, a model's name or a table's name touches; an alias may be that of any model."""
    _, dot, name = text.rpartition(".")
    if dot:
        known = [query.target, *(mention.model for mention in reversed(query.mentions))]
        holder = next((model for model in known if model is not None and name in model.relations), None)
        if holder is not None:
            yield from along(holder.relations[name], holder, line)
        return
    if text.replace("_", "").isalnum():
        model = evaluator.models.named(text, query.target.unit, framework) if query.target is not None else None
        yield Mention(model or named(evaluator, framework, text, line), "read", line, ())


def mentions(evaluator: "Evaluator", framework: Framework, text: str, kind: str, line: int) -> Iterator[Mention]:
    """Yield the tables in a piece of SQL."""
    whole = _whole(text, kind)
    for statement in read_script(whole) if whole else ():
        if statement.status == "error":
            continue
        for use in statement.uses:
            table = use.table
            if table.name != _BASE and not table.is_pattern and HOLE not in table.name:
                schema = f"{table.schema}." if table.schema else ""
                yield Mention(named(evaluator, framework, schema + table.name, line), "read", line, use.columns)


def _whole(text: str, kind: str) -> str:
    match kind:
        case "from":
            return f"select 1 from {text}"  # noqa: S608 -- read, never run
        case "join":
            return f"select 1 from {_BASE} {text if _JOIN.match(text) else f'join {text}'}"  # noqa: S608 -- as above
        case "where":
            return f"select 1 from {_BASE} where {text}" if "select" in text.lower() else ""  # noqa: S608 -- as above
        case _:
            return f"select {text}" if "select" in text.lower() else ""


def _relations(query: Query, text: str, line: int) -> Iterator[Mention]:
    """Yield what joining a relation of the model touches that a text names (`Orders`, `Orders.Items`)."""
    model = query.target
    for part in text.split("."):
        relation = model.relations.get(part) if model is not None else None
        if relation is None or model is None:
            return
        yield from along(relation, model, line)
        model = relation.target
