"""Lookup paths: the relations that keyword names and strings follow (`author__name__icontains=`, `F("author__name")`)."""

import re
from collections.abc import Iterator

from dblint.frameworks.verbs import Verb
from dblint.interpret.evaluation.arguments import called, given, literal_texts
from dblint.interpret.evaluation.values import Mention, Query
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.tree.inside import nodes
from dblint.model.syntax import Call, Expression, Items, Mapping, Text

_LOOKUPS = """
exact iexact contains icontains in gt gte lt lte startswith istartswith endswith iendswith range date year month day week
week_day quarter time hour minute second isnull regex iregex not not_in not_isnull search
"""
LOOKUPS = frozenset(_LOOKUPS.split())
EXPRESSIONS = frozenset({"Q", "F", "Count", "Sum", "Avg", "Min", "Max", "When", "Case", "FilteredRelation"})


def follow_arguments(verb: Verb, query: Query, node: Call) -> None:
    """Add to a query what the paths in the arguments of a call touch."""
    target = query.target
    if target is None:
        return
    into = query.separate if verb.separate else query.mentions
    for written, line, whole in _written(verb, node):
        into += follow(target, written, line, trimmed=target.framework.lookups == "trimmed", whole=whole)


def _written(verb: Verb, node: Call) -> Iterator[tuple[str, int, bool]]:
    """Yield (path, line, whether the related row is read whole) of every path in the arguments of a call."""
    if verb.lookups:
        yield from ((name, node.line, False) for name, _ in node.keywords if name != "defaults")
        for inner in _expressions(given(node)):
            yield from ((name, inner.line, False) for name, _ in inner.keywords)
            yield from ((text.value, text.line, False) for argument in inner.arguments for text in literal_texts(argument))
    if verb.nested:
        whole = verb.follows or verb.separate
        yield from ((path, line, whole) for path, line in _nested(node) if " " not in path)
    if verb.paths:
        whole = verb.follows or verb.separate
        yield from ((text.value, text.line, whole) for argument in node.arguments for text in literal_texts(argument))


def _path(written: str) -> str:
    """Return a path as this module has it: `comments.author:id,name` is `comments__author`."""
    return written.partition(":")[0].replace(".", "__")


def _nested(node: Call) -> Iterator[tuple[str, int]]:
    """Yield the paths in hashes and lists (`joins(:tags, author: :company)`), each as one path from the model on."""
    options: list[Expression] = [Mapping(((Text(name, node.line), value),), node.line) for name, value in node.keywords]
    pending: list[tuple[str, Expression]] = [("", argument) for argument in [*options, *reversed(node.arguments)]]
    while pending:
        prefix, part = pending.pop()
        match part:
            case Text(value=value, line=line):
                yield prefix + _path(value), line
            case Items(values=values):
                pending += [(prefix, value) for value in values]
            case Mapping(pairs=pairs):
                for key, inner in pairs:
                    if isinstance(key, Text):
                        yield prefix + _path(key.value), key.line
                        pending.append((f"{prefix}{_path(key.value)}__", inner))


def _expressions(arguments: tuple[Expression, ...]) -> Iterator[Call]:
    """Yield the calls inside arguments that take paths (`Q(author__name="x")`)."""
    for argument in arguments:
        yield from (node for node in nodes(argument) if isinstance(node, Call) and called(node) in EXPRESSIONS)


def follow(model: Model, written: str, line: int, *, trimmed: bool, whole: bool = False) -> list[Mention]:
    """Return what a lookup path such as `author__name__icontains` touches, starting at a model.

    The last relation is trimmed when only its local key column is needed (`author`, `author__id`, `author__isnull`), as Django
    does (checked on the SQL that Django prints). `whole` reads the related row (`select_related`).
    """
    mentions: list[Mention] = []
    current = model
    parts = [part for part in re.split(r"__|\.", written.lstrip("-")) if part]
    for position, part in enumerate(parts):
        rest = [item for item in parts[position + 1 :] if item not in LOOKUPS]
        relation = _relation(current, part)
        if relation is None:
            found = current.column_of(part)
            return [*mentions, Mention(current, "read", line, (found,))] if found else mentions
        target = relation.target
        if target is None:
            return mentions
        if trimmed and not whole and _to_key(target, rest):
            if relation.kind == "reference":
                return [*mentions, Mention(current, "read", line, (relation.column,))]
            if relation.kind == "many" and relation.through is not None:
                return [*mentions, Mention(relation.through, "read", line, relation.through.physical())]
        mentions += along(relation, current, line)
        if whole and not rest:
            mentions[-1] = Mention(target, "read", line, None)
        current = target
    return mentions


def _to_key(target: Model, rest: list[str]) -> bool:
    return not rest or (len(rest) == 1 and target.column_of(rest[0]) == (target.key or "id"))


def _relation(model: Model, name: str) -> Relation | None:
    found = model.relations.get(name)
    # a reverse relation's query name is the model's lower name where its accessor is `<model>_set`
    return found if found is not None else model.relations.get(f"{name}_set")


def along(relation: Relation, origin: Model, line: int) -> list[Mention]:
    """Return the tables that following a relation touches: the origin's key, the join table, the target (last)."""
    found = []
    if relation.column and relation.kind in {"reference", "column"}:
        found.append(Mention(origin, "read", line, (relation.column,)))
    if relation.through is not None:
        found.append(Mention(relation.through, "read", line, relation.through.physical()))
    target = relation.target
    if target is not None and target.table is not None:
        reverse = relation.kind == "reverse" and relation.column
        found.append(Mention(target, "read", line, (relation.column,) if reverse else ()))
    return found
