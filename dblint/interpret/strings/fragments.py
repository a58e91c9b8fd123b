"""Pieces of SQL that query builders take (`Joins("LEFT JOIN orders o ON …")`, `From("users AS u")`)."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import Verb
from dblint.interpret.evaluation.values import Environment, Mention, Query
from dblint.interpret.queries.paths import along
from dblint.interpret.queries.tables import bare_name, named
from dblint.model.sql import Statement
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
        if verb.fragment == "join" and (name := bare_name(text)):  # which the builder quotes, so that it stays as it is spelled
            query.mentions.append(Mention(named(evaluator, framework, name), "read", node.line, ()))
            continue
        query.mentions += list(mentions(evaluator, framework, text, verb.fragment, node.line))


def _only_text(evaluator: "Evaluator", node: Call, at: Environment, *, first: bool = False) -> str | None:
    """Return the pieces of SQL that a call is given, or None where one of them is not known."""
    found = [evaluator.texts.of(part, at) for part in (node.arguments[:1] if first else node.arguments)]
    if any(len(texts) != 1 or HOLE in texts[0].text or not texts[0].text.strip() for texts in found):
        return None
    return ", ".join(texts[0].text for texts in found)


def told(evaluator: "Evaluator", query: Query, line: int) -> tuple[tuple[str, ...] | None, list[Mention]]:
    """Return the columns that a query names of its own table and, as mentions, of those that it joins in SQL.

    The first are None where it does not say which it wants, or where a piece of it is not known.
    """
    if not query.pieces or query.target is None or query.target.table is None:
        return None, []
    known = [(kind, text) for kind, text in query.pieces if text is not None]
    wanted = ", ".join(text for kind, text in known if kind == "narrow")
    joins = " ".join(text for kind, text in known if kind == "join" and _JOIN.match(text))
    conditions = " and ".join(f"({text})" for kind, text in known if kind == "where")
    alias = query.alias or query.target.table.name
    text = f"select {wanted or 1} from {_BASE} as {alias} {joins} where {conditions or 'true'}"  # noqa: S608 -- read
    for statement in read_script(text) if wanted or joins else ():
        own = [use for use in statement.uses if use.table.name == _BASE]
        if statement.status != "understood" or len(own) != 1:
            continue
        is_whole = bool(wanted) and len(known) == len(query.pieces) and own[0].shape == "cols"
        framework = evaluator.framework(query.framework)
        return (own[0].columns or None) if is_whole else None, list(_mentioned(evaluator, framework, statement, line))
    return None, []


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
        yield Mention(model or named(evaluator, framework, text), "read", line, ())


def mentions(evaluator: "Evaluator", framework: Framework, text: str, kind: str, line: int) -> Iterator[Mention]:
    """Yield the tables in a piece of SQL."""
    whole = _whole(text, kind)
    for statement in read_script(whole) if whole else ():
        if statement.status != "error":
            yield from _mentioned(evaluator, framework, statement, line)


def _mentioned(evaluator: "Evaluator", framework: Framework, statement: Statement, line: int) -> Iterator[Mention]:
    """Yield the tables that a statement uses besides the query's own."""
    for use in statement.uses:
        table = use.table
        if table.name != _BASE and not table.is_pattern and HOLE not in table.name:
            schema = f"{table.schema}." if table.schema else ""
            yield Mention(named(evaluator, framework, schema + table.name), "read", line, use.columns)


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
