"""Objects of options whose keys are columns and relations, as ORMs of JavaScript take them (`include: {items: true}`)."""

from itertools import islice
from typing import TYPE_CHECKING

from dblint.frameworks.verbs import Does
from dblint.interpret.evaluation.arguments import literal_texts
from dblint.interpret.evaluation.values import Environment, Mention, Query
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.queries.paths import along
from dblint.model.syntax import Call, Expression, Items, Literal, Mapping, Member, Name, Spread, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

DATA = frozenset({"data", "create", "update"})
"""Keys whose objects hold what is written."""
SELECT = frozenset({"select", "columns"})
PATHS = frozenset({"relations", "populate", "include", "with"})
"""Keys whose strings are paths of relations."""
_DEPTH = 12
_MEANINGS = 4  # bindings of one name that are looked at
_MOST = 300  # objects that one query may be made of
# Prisma, "Nested writes": what the word does to the other side.
_WRITES: dict[str, Does] = {
    "create": "insert",
    "createMany": "insert",
    "connectOrCreate": "insert",
    "update": "update",
    "updateMany": "update",
    "upsert": "upsert",
    "delete": "delete",
    "deleteMany": "delete",
}
_LINKS: dict[str, Does] = {"connect": "insert", "connectOrCreate": "insert", "set": "update", "disconnect": "delete"}


def follow_objects(evaluator: "Evaluator", query: Query, node: Call, at: Environment) -> None:
    """Add to a query what the objects among the arguments of a call touch: relations that are joined or written through."""
    if query.target is None:
        return
    walk = _Walk(evaluator, query, at.unit)
    for argument in node.arguments:
        for pairs, where in walk.objects(argument, at):
            walk.pairs(query.target, pairs, where, writes=False, depth=0)
            walk.select(query.target, pairs, where)


def written_in(evaluator: "Evaluator", model: Model, node: Call, at: Environment) -> tuple[str, ...] | None:
    """Return the columns that the objects under `data` name, None where they are not all known."""
    walk = _Walk(evaluator, Query(model, model.framework.name, node.line), at.unit)
    found: list[str] = []
    for argument in node.arguments:
        for pairs, where in walk.objects(argument, at):
            for key, value in pairs:
                for inner, _ in walk.objects(value, where) if _text(key) in DATA else ():
                    if any(isinstance(name, Spread) for name, _ in inner):
                        return None
                    found += [column for name, _ in inner if (column := model.column_of(_text(name)))]
    return tuple(dict.fromkeys(found)) or None


Pairs = tuple[tuple[Expression, Expression], ...]


class _Walk:
    """One query's objects, walked from its model along the relations."""

    def __init__(self, evaluator: "Evaluator", query: Query, unit: "Unit") -> None:
        self._evaluator = evaluator
        self._query = query
        self._unit = unit
        self._seen: set[tuple[int, int, bool]] = set()

    def objects(self, expression: Expression, at: Environment, depth: int = 0) -> "Iterator[tuple[Pairs, Environment]]":
        """Yield the object literals that an expression is, holds in a list, or has as a name."""
        if depth > _DEPTH:
            return
        match expression:
            case Mapping(pairs=pairs):
                yield pairs, at
            case Items(values=values):
                for value in values:
                    yield from self.objects(value, at, depth + 1)
            case Name() | Member():
                for value, where, _ in islice(self._evaluator.texts.meanings(expression, at), _MEANINGS):
                    if isinstance(value, Mapping | Items):
                        yield from self.objects(value, where, depth + 1)

    def _line(self, line: int, at: Environment) -> int:
        """Return the line of a key; of an object that stands in another file the line of the query."""
        return line if at.unit is self._unit else self._query.line

    def pairs(self, model: Model, pairs: Pairs, at: Environment, *, writes: bool, depth: int) -> None:
        """Follow the entries of an object that is about rows of a model."""
        known = (id(model), id(pairs), writes)
        if depth > _DEPTH or known in self._seen or len(self._seen) > _MOST:
            return
        self._seen.add(known)
        # a document holds the key of another, which a filter compares and nothing follows
        followed = {} if model.framework.store == "mongodb" else model.relations
        for key, value in pairs:
            name = _text(key)
            if (relation := followed.get(name)) is not None:
                if not isinstance(value, Literal) or value.value:
                    self._related(model, relation, value, self._line(key.line, at), at, writes=writes, depth=depth)
            elif name in PATHS and (texts := literal_texts(value)):
                for text in texts:
                    self._query.mentions += _along(model, text.value, self._line(text.line, at))
            elif name not in model.columns:
                for inner, where in self.objects(key.value if isinstance(key, Spread) else value, at):
                    self.pairs(model, inner, where, writes=writes or name in DATA, depth=depth + 1)

    def select(self, model: Model, pairs: Pairs, at: Environment) -> None:
        """Let a query read only the columns that it selects."""
        for key, value in pairs:
            for inner, _ in self.objects(value, at) if _text(key) in SELECT else ():
                if columns := _selected(model, inner):
                    self._query.mentions = [
                        Mention(item.model, item.does, item.line, columns)
                        if item.model is model and item.does == "read" and item.columns is None
                        else item
                        for item in self._query.mentions
                    ]

    def _related(
        self, model: Model, relation: Relation, value: Expression, line: int, at: Environment, *, writes: bool, depth: int
    ) -> None:
        target = relation.target
        if target is None:
            return
        if writes:
            for inner, where in self.objects(value, at):
                self._written(relation, target, inner, where, depth)
            return
        found = list(self.objects(value, at))
        selects = [(held, where) for inner, where in found for key, held in inner if _text(key) in SELECT]
        chosen = [_selected(target, each) for held, where in selects for each, _ in self.objects(held, where)]
        mentions = along(relation, model, line)
        if mentions and mentions[-1].model is target and (chosen or not selects):
            columns = None if not chosen or None in chosen else tuple(name for each in chosen for name in each or ())
            mentions[-1] = Mention(target, "read", line, columns)
        self._query.mentions += mentions
        for inner, where in found:
            self.pairs(target, inner, where, writes=False, depth=depth + 1)

    def _written(self, relation: Relation, target: Model, pairs: Pairs, at: Environment, depth: int) -> None:
        """Add what is written through a relation, each its own statement."""
        for key, value in pairs:
            name, through, line = _text(key), relation.through, self._line(key.line, at)
            if (does := _WRITES.get(name)) is not None:
                self._query.separate.append(Mention(target, does, line, () if does == "delete" else None))
            if through is not None and name in _LINKS:
                self._query.separate.append(Mention(through, _LINKS[name], line, through.physical()))
            elif through is not None and name == "create":
                self._query.separate.append(Mention(through, "insert", line, through.physical()))
            elif name in {"connect", "set", "disconnect"} and relation.kind != "reference" and relation.column:
                self._query.separate.append(Mention(target, "update", line, (relation.column,)))
            for inner, where in self.objects(value, at):
                self.pairs(target, inner, where, writes=name not in {"connect", "delete", "where"}, depth=depth + 1)


def _selected(model: Model, pairs: Pairs) -> tuple[str, ...] | None:
    """Return the columns that an object asks for, None where it may be any (`{...FIELDS}`, `{password: false}`)."""
    if any(isinstance(key, Spread) or (isinstance(flag, Literal) and not flag.value) for key, flag in pairs):
        return None
    return tuple(column for key, _ in pairs if (column := model.column_of(_text(key))))


def _along(model: Model, path: str, line: int) -> "Iterator[Mention]":
    """Yield what a path of relations (`items.product`) touches."""
    for part in path.split("."):
        relation = model.relations.get(part)
        if relation is None or relation.target is None:
            return
        mentions = along(relation, model, line)
        yield from mentions[:-1]
        yield Mention(relation.target, "read", line, None)
        model = relation.target


def _text(key: Expression) -> str:
    return key.value if isinstance(key, Text) else ""
