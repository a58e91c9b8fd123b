"""What names mean inside a statement's tree, and small questions to its nodes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlglot import exp

from dblint.model.schema import TableName
from dblint.sql.reading import Use

Tables = dict[TableName, None]


class Source(NamedTuple):
    """A name that a query block may use: its own base table if it is one, and all base tables behind it."""

    use: Use | None
    tables: Tables


class Scope:
    """The names visible in one query block."""

    def __init__(self, parent: "Scope | None" = None) -> None:
        self.parent = parent
        self.sources: dict[str, Source] = {}
        self.ctes: dict[str, Source] = {}

    def cte(self, name: str) -> Source | None:
        """The common table expression of this name."""
        scope: Scope | None = self
        while scope:
            if name in scope.ctes:
                return scope.ctes[name]
            scope = scope.parent
        return None

    def alias(self, name: str) -> Source | None:
        """The source of this name, in this block or one around it."""
        scope: Scope | None = self
        while scope:
            if name in scope.sources:
                return scope.sources[name]
            scope = scope.parent
        return None

    def nearest(self) -> list[Source]:
        """The sources that an unqualified column may belong to."""
        scope: Scope | None = self
        while scope:
            if scope.sources:
                return list(scope.sources.values())
            scope = scope.parent
        return []

    @property
    def tables(self) -> Tables:
        """All base tables that the block draws from."""
        return {table: None for source in self.sources.values() for table in source.tables}


def name_offset(node: exp.Expr) -> int:
    """Where the last part of a table's name stands."""
    identifiers = [p for p in node.parts if isinstance(p, exp.Identifier)] if isinstance(node, exp.Table) else [node]
    return int(identifiers[-1].meta.get("start", 0)) if identifiers else 0


def join_kind(join: exp.Join) -> str:
    """What a join is: inner, outer, cross, semi or anti."""
    if join.side in ("LEFT", "RIGHT", "FULL") and join.kind not in ("SEMI", "ANTI"):
        return "outer"
    if join.kind in ("SEMI", "ANTI"):
        return join.kind.lower()
    if join.kind == "CROSS" or not (join.args.get("on") or join.args.get("using") or join.method):
        return "cross"
    return "outer" if join.kind == "OUTER" else "inner"


def is_count(node: exp.Expr) -> bool:
    """Whether an output column only counts rows."""
    inner = node.this if isinstance(node, exp.Alias) else node
    return isinstance(inner, exp.Count) and isinstance(inner.this, exp.Star | exp.Literal)


def walk(nodes: Sequence[exp.Expr | None]) -> Iterator[tuple[exp.Expr, str, bool]]:
    """The columns and nested queries of expressions in source order; a query with what it is to its block, and if negated."""
    stack: list[tuple[exp.Expr, str, bool]] = [(node, "", False) for node in reversed(nodes) if isinstance(node, exp.Expr)]
    while stack:
        node, kind, negated = stack.pop()
        if isinstance(node, exp.Query | exp.DML):
            yield node, kind or "scalar", negated
            continue
        if isinstance(node, exp.Column):
            yield node, "", False
            continue
        if isinstance(node, exp.Exists):
            kind = "exists"
        elif isinstance(node, exp.In | exp.Any | exp.All):
            kind = "semi"
        elif not isinstance(node, exp.Paren):
            kind, negated = "", isinstance(node, exp.Not)
        stack.extend((child, kind, negated) for child in reversed(list(node.iter_expressions())))
