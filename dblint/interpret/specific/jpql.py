"""JPQL and HQL: query texts that name entity classes and their attributes, never tables and columns.

Source: Jakarta Persistence 3.1, chapter 4, and the HQL of Hibernate (`from Order where …` without `select` or alias). The text
is not parsed as a whole: what a query touches follows from its range variables and from the paths that begin with them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from dblint.frameworks.verbs import Does
from dblint.interpret.evaluation.arguments import argument, called
from dblint.interpret.evaluation.values import Environment, Mention, Query
from dblint.interpret.mapping.entities import Model
from dblint.interpret.mapping.repositories import of_class
from dblint.interpret.queries.paths import along
from dblint.interpret.strings.written import Written
from dblint.model.place import in_common
from dblint.model.syntax import Call, Text

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

_TOKEN = re.compile(r"'(?:[^']|'')*'|:\w+|\?\d*|#\{#entityName\}|[A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*|[(),=<>]|\S")
_NAMESPACE = re.compile(r"\\?(?:[A-Za-z_]\w*\\)+(?=[A-Za-z_])|\b\w+Bundle:(?=\w)")  # of PHP, in Doctrine's DQL
_SPEAKS = re.compile(r"\s*(?:select|from|update|delete|insert)\b", re.IGNORECASE)
_WORDS = """
select from where join left right inner outer cross fetch on with as and or not in is null order group by having distinct asc
desc set values between like exists all any some member of empty new treat union limit offset update delete insert into lateral
"""
_KEYWORDS = frozenset(_WORDS.split())
_BEFORE = frozenset({"fetch", "from", "into", "in", "select", "lateral", "treat", "only"})
"""What may stand between a word that opens a range and its entity, which may well be called `Order` or `Group`."""
_OPENS = frozenset({"from", "join", "update", "into"})


class _Range(NamedTuple):
    """A range variable: its model, the offset of the model's name, and whether a path of a join leads to it."""

    model: Model
    offset: int
    joined: bool = False


def speaks_of_entities(text: str) -> bool:
    """Return whether a text may be a query of entities."""
    return _SPEAKS.match(text) is not None


class Entities:
    """Reads query texts of entities."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator

    def query(self, written: Written, at: Environment, path: str) -> Query | None:
        """Return what a text does, each table at the line its entity stands on; None if an entity is not known."""
        text = _NAMESPACE.sub(lambda found: " " * len(found.group()), written.text)
        tokens = [(found.group(), found.start()) for found in _TOKEN.finditer(text)]
        if not tokens or not speaks_of_entities(written.text):
            return None
        ranges, names = self._ranges(tokens, at)
        if not ranges:
            return None

        def line(offset: int) -> int:
            place = written.place(offset)
            return place[1] if place and place[0] == path else 0

        return _Reading(tokens, ranges, names, line).query()

    def _ranges(self, tokens: list[tuple[str, int]], at: Environment) -> tuple[dict[str, _Range], set[int]]:
        """Return the range variables over entities by alias, and the offsets of tokens that declare them."""
        ranges: dict[str, _Range] = {}
        names: set[int] = set()
        expects: bool | None = False  # None: after a range, where a comma brings another
        for place, (token, offset) in enumerate(tokens):
            word = token.lower()
            opens = word in _OPENS or (word == "delete" and _word(tokens, place + 1) != "from")
            if opens or (word == "," and expects is None):
                expects = True
            elif expects and word not in _BEFORE and (token[0].isalpha() or token[0] in "_$#"):
                joined = _along(token, ranges)
                model = joined or self._model(token, at)
                if model is not None:
                    alias, taken = _alias(tokens, place)
                    ranges[alias or f"#{len(ranges)}"] = _Range(model, offset, joined is not None)
                    names |= taken if joined is not None else {offset, *taken}
                elif "." not in token:
                    return {}, set()  # not an entity of this tree: a table, or a word of another language
                expects = None
            elif word in {"where", "set", "select", "group", "order", "on"}:
                expects = False
        return ranges, names

    def _model(self, name: str, at: Environment) -> Model | None:
        name = name.replace(" ", "")
        if name == "#{#entityName}":
            owner = at.unit.class_of(at.scope)
            held = of_class(self._evaluator, at.unit, at.unit.classes[owner], 0) if owner else None
            return held.model if held is not None else None
        models = self._named.get(name.rpartition(".")[2], ()) if name[:1].islower() or "." not in name else ()
        return max(models, key=lambda model: in_common(model.unit.path, at.unit.path), default=None)

    @cached_property
    def _named(self) -> dict[str, list[Model]]:
        """The entities by the names that queries use."""
        found: defaultdict[str, list[Model]] = defaultdict(list)
        for model in self._evaluator.models.all():
            if model.definition is not None and model.table is not None:
                found[_entity_name(model)].append(model)
        return found


class _Reading:
    """One text that is being read."""

    def __init__(
        self, tokens: list[tuple[str, int]], ranges: dict[str, _Range], names: set[int], line: Callable[[int], int]
    ) -> None:
        self._tokens, self._ranges, self._names, self._line = tokens, ranges, names, line

    def query(self) -> Query:
        first = next(iter(self._ranges.values()))
        does = self._does()
        query = Query(first.model, first.model.framework.name, self._line(first.offset))
        whole = {alias for alias in self._ranges if does == "read" and self._is_whole(alias)}
        for alias, each in self._ranges.items():
            at = self._line(each.offset)
            if each.joined and alias not in whole:
                continue
            if each is first and does != "read":
                columns = self._set() if does == "update" else None
                query.mentions.append(Mention(each.model, does, at, columns))
            else:
                query.mentions.append(Mention(each.model, "read", at, None if alias in whole else ()))
        for path, offset in self._paths():
            query.mentions += self._follow(path, self._line(offset))
        return query

    def _does(self) -> Does:
        word = self._tokens[0][0].lower()
        return {"update": "update", "delete": "delete", "insert": "insert"}.get(word, "read")  # type: ignore[return-value] # literals

    def _is_whole(self, alias: str) -> bool:
        """Return whether a query gives whole rows of a range: it selects the alias itself, or selects nothing by name."""
        if self._tokens[0][0].lower() != "select":
            return next(iter(self._ranges)) == alias
        for place, (token, offset) in enumerate(self._tokens):
            if token.lower() == "from":
                return False
            counted = _word(self._tokens, place - 1) == "(" and _word(self._tokens, place - 2) == "count"
            ends = _word(self._tokens, place + 1) in {",", "from", ")"}
            if token == alias and offset not in self._names and ends and not counted:
                return True
        return False

    def _set(self) -> tuple[str, ...]:
        """Return the columns that an update sets."""
        found: list[str] = []
        setting = False
        model = next(iter(self._ranges.values())).model
        for place, (token, _) in enumerate(self._tokens):
            word = token.lower()
            setting = (setting or word == "set") and word != "where"
            if setting and _word(self._tokens, place + 1) == "=":
                column = model.column_of(token.rpartition(".")[2].strip())
                found += [column] if column else []
        return tuple(dict.fromkeys(found))

    def _paths(self) -> Iterator[tuple[list[str], int]]:
        """Yield the paths of the text that begin with an alias, or with an attribute of the only entity."""
        only = next(iter(self._ranges)) if len(self._ranges) == 1 else ""
        for token, offset in self._tokens:
            if offset in self._names or not (token[0].isalpha() or token[0] == "_"):
                continue
            parts = [part.strip() for part in token.split(".")]
            if parts[0] in self._ranges and len(parts) > 1:
                yield parts, offset
            elif only and parts[0] not in self._ranges and self._has(self._ranges[only].model, parts[0]):
                yield [only, *parts], offset

    @staticmethod
    def _has(model: Model, name: str) -> bool:
        return name in model.columns or name in model.relations

    def _follow(self, path: list[str], line: int) -> Iterator[Mention]:
        """Yield what a path touches; one that ends at the key of the other side needs no join."""
        model = self._ranges[path[0]].model
        for place, part in enumerate(path[1:], start=1):
            relation = model.relations.get(part)
            rest = path[place + 1 :]
            if relation is None:
                column = model.column_of(part) or model.column_of(".".join(path[place:]))
                if column:
                    yield Mention(model, "read", line, (column,))
                return
            target = relation.target
            to_key = not rest or (target is not None and len(rest) == 1 and target.column_of(rest[0]) == target.key)
            if relation.kind == "reference" and relation.column and to_key and not self._is_joined(path):
                yield Mention(model, "read", line, (relation.column,))
                return
            yield from along(relation, model, line)
            if target is None:
                return
            model = target

    def _is_joined(self, path: list[str]) -> bool:
        """Return whether a path is that of a join (`join o.customer c`)."""
        written = ".".join(path)
        return any(
            token.replace(" ", "") == written and _word(self._tokens, place - 1) in {"join", "fetch", "in", "("}
            for place, (token, _) in enumerate(self._tokens)
        )


def _along(token: str, ranges: dict[str, _Range]) -> Model | None:
    """Return the model that the path of a join leads to (`o.items`)."""
    first, *steps = (part.strip() for part in token.split("."))
    model = ranges[first].model if steps and first in ranges else None
    for step in steps:
        relation = model.relations.get(step) if model is not None else None
        model = relation.target if relation is not None else None
    return model


def _alias(tokens: list[tuple[str, int]], place: int) -> tuple[str, set[int]]:
    """Return the alias after an entity's name, and the offsets of the tokens that give it."""
    following = place + 1
    taken: set[int] = set()
    if _word(tokens, following) == "as":
        following += 1
    if following < len(tokens):
        token, offset = tokens[following]
        if token.isidentifier() and token.lower() not in _KEYWORDS:
            return token, {*taken, offset}
    return "", taken


def _word(tokens: list[tuple[str, int]], place: int) -> str:
    return tokens[place][0].lower() if 0 <= place < len(tokens) else ""


def _entity_name(model: Model) -> str:
    """Return the name of an entity in queries: that of the annotation, else of the class."""
    for decorator in model.definition.decorators if model.definition is not None else ():
        if isinstance(decorator, Call) and called(decorator) == "Entity":
            name = argument(decorator, ("name",))
            if isinstance(name, Text) and name.value:
                return name.value
    return model.name
