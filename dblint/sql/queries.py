"""Queries: the tables they read with columns, and the joins they make."""

import re
from collections.abc import Sequence

from sqlglot import exp

from dblint.model.schema import TableName
from dblint.model.sql import Join
from dblint.sql.holes import BIND, HOLE
from dblint.sql.names import fold, is_system, unquote
from dblint.sql.reading import Context, Use
from dblint.sql.scopes import Scope, Source, Tables, is_count, join_kind, name_offset, walk

_WORD = re.compile(r"\w")


class Queries:
    """Reads queries and gathers uses and joins on the way."""

    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.context = context
        self.uses: list[Use] = []
        self.joins: list[Join] = []
        self.temporary: set[str] = set()

    def statement(self, node: exp.Expr, scope: Scope) -> Tables:
        """Read any statement; the answer is the base tables whose rows flow out of it."""
        self.with_(node, scope)
        return self.query(node, scope, with_read=True)

    def with_(self, node: exp.Expr, scope: Scope) -> None:
        """Read the common table expressions of a statement into the scope."""
        with_ = node.args.get("with_")
        if not isinstance(with_, exp.With):
            return
        recursive = bool(with_.args.get("recursive"))
        for cte in with_.expressions:
            name = self.folded(cte.args["alias"].this) if cte.args.get("alias") else ""
            inner = Scope(scope)
            if recursive or self.context.dialect in ("tsql", "oracle"):
                inner.ctes[name] = Source(None, {})
            scope.ctes[name] = Source(None, self.statement(cte.this, inner))

    def query(self, node: exp.Expr, scope: Scope, kind: str = "", with_read: bool = False) -> Tables:
        """Read a query; `kind` says what it is to the block around it (`exists`, `semi` …)."""
        if not with_read:
            self.with_(node, scope)
        if isinstance(node, exp.SetOperation):
            return self.union(node, scope, kind)
        if isinstance(node, exp.Select):
            return self.select(node, scope, kind)
        if isinstance(node, exp.Subquery):
            inner = Scope(scope)
            tables = (
                self.statement(node.this, inner) if isinstance(node.this, exp.Query | exp.DML) else self.source(node, inner)
            )
            for join in node.args.get("joins") or ():
                tables = {**tables, **self.source(join.this, inner)}
            return tables
        if isinstance(node, exp.Table):
            return self.source(node, scope)
        return self.expressions(list(node.iter_expressions()), scope)

    def union(self, node: exp.SetOperation, scope: Scope, kind: str) -> Tables:
        """Read the arms of a set operation."""
        arms: list[exp.Expr] = []
        current: exp.Expr = node
        while isinstance(current, exp.SetOperation):
            arms.append(current.expression)
            current = current.this
            if isinstance(current, exp.SetOperation):
                self.with_(current, scope)
        arms.append(current)
        tables: Tables = {}
        for arm in reversed(arms):
            tables.update(self.query(arm, Scope(scope), kind))
        self.join(tables, "union")
        return tables

    def select(self, node: exp.Select, outer: Scope, kind: str) -> Tables:
        """Read one query block."""
        scope = Scope(outer)
        first = len(self.uses)
        self.from_(node, scope)
        own = list(self.uses[first:])
        projections = list(node.expressions)
        self.projection(projections, scope, kind)
        aliases = {self.folded(e.args["alias"]) for e in projections if isinstance(e, exp.Alias)}
        if kind != "exists" and projections and all(is_count(e) for e in projections):
            for use in own:
                use.shape = "count"
        tables = scope.tables
        rest = [
            node.args.get(key)
            for key in ("where", "having", "group", "order", "qualify", "connect", "windows", "distinct", "limit")
        ]
        for part in rest:
            loose = aliases if isinstance(part, exp.Group | exp.Order | exp.Having) else set()
            unknown = isinstance(part, exp.Group | exp.Order)
            tables = {**tables, **self.expressions([part], scope, loose, unknown=unknown)}
        for lock in node.args.get("locks") or ():
            self.locks(lock, scope)
        into = node.args.get("into")
        if isinstance(into, exp.Into) and isinstance(into.this, exp.Table):
            self.into(into, tables)
        return tables

    def into(self, into: exp.Into, tables: Tables) -> None:
        """Read `INTO t` of a query, which creates `t`."""
        name = self.table_name(into.this)
        if name is None or (self.context.body and self.context.dialect != "tsql"):
            return
        if into.args.get("temporary") or self.is_temporary(into.this, name):
            self.temporary.add(name.name)
            return
        self.uses.append(Use(name, "write", "insert", "insert.nolist", name_offset(into.this), None))
        self.join({name: None, **tables}, "insert-select")

    def from_(self, node: exp.Expr, scope: Scope) -> None:
        """Read FROM and its joins into the scope, and say which tables they join."""
        kinds: set[str] = set()
        from_ = node.args.get("from_")
        later = [*(node.args.get("joins") or ()), *(node.args.get("laterals") or ())]
        if isinstance(from_, exp.From):
            self.source(from_.this, scope, kinds)
        self.joined(later, scope, kinds)
        kind = next((kind for kind in ("outer", "inner", "cross", "semi", "anti") if kind in kinds), "inner")
        self.join(scope.tables, kind)

    def joined(self, later: Sequence[exp.Expr], scope: Scope, kinds: set[str]) -> None:
        """Read joined items and their conditions into the scope."""
        for join in later:
            if isinstance(join, exp.Join):
                kinds.add(join_kind(join))
                self.source(join.this, scope, kinds)
            else:
                self.source(join, scope, kinds)
        for join in later:
            if isinstance(join, exp.Join):
                self.expressions([join.args.get("on"), join.args.get("match_condition")], scope)
                for column in join.args.get("using") or ():
                    for source in scope.sources.values():
                        if source.use and isinstance(column, exp.Identifier | exp.Column):
                            source.use.name(self.folded(column))

    # Sources

    def source(self, node: exp.Expr, scope: Scope, kinds: set[str] | None = None) -> Tables:
        """Read one item of FROM into the scope; the answer is the base tables behind it."""
        kinds = set() if kinds is None else kinds
        node = node.this if isinstance(node, exp.Final) else node
        alias = self.alias_of(node)
        found = Source(None, {})
        if isinstance(node, exp.Table):
            found = self.table_source(node, scope)
            alias = alias or (self.folded(node.this) if isinstance(node.this, exp.Identifier) else "")
        elif isinstance(node, exp.Subquery) and not isinstance(node.this, exp.Query | exp.DML):
            inner = scope if not alias else Scope(scope)
            return self.nested_source(node, inner, scope, alias, kinds)
        elif isinstance(node, exp.Query | exp.DML):
            found = Source(None, self.query(node.this if isinstance(node, exp.Subquery) else node, Scope(scope)))
        elif isinstance(node, exp.Lateral):
            inner_node = node.this
            inner_query = inner_node.this if isinstance(inner_node, exp.Subquery) else inner_node
            if isinstance(inner_query, exp.Query):
                found = Source(None, self.query(inner_query, Scope(scope)))
            else:
                self.function(inner_node, scope)
        else:
            self.function(node, scope)
        key = alias or f"\0{len(scope.sources)}"
        if key in scope.sources:
            key = f"\0{len(scope.sources)}"
        scope.sources[key] = found
        self.joined([*(node.args.get("joins") or ()), *(node.args.get("laterals") or ())], scope, kinds)
        return found.tables

    def nested_source(self, node: exp.Subquery, inner: Scope, scope: Scope, alias: str, kinds: set[str]) -> Tables:
        """A parenthesised join."""
        self.source(node.this, inner, kinds)
        if inner is not scope:
            scope.sources[alias] = Source(None, inner.tables)
        self.joined(node.args.get("joins") or (), scope, kinds)
        return inner.tables

    def table_source(self, node: exp.Table, scope: Scope) -> Source:
        """Read a named table, which may be a common table expression or nobody's."""
        if not isinstance(node.this, exp.Identifier | exp.Dot):
            self.function(node.this, scope)
            return Source(None, {})
        if not node.args.get("db") and isinstance(node.this, exp.Identifier):
            cte = scope.cte(self.folded(node.this))
            if cte:
                return cte
        name = self.table_name(node)
        self.hints(node, name)
        if name is None or self.is_temporary(node, name):
            return Source(None, {})
        use = Use(name, "read", "select", "cols", name_offset(node))
        if "@" in name.name and self.context.folding == "oracle":
            local, _, link = name.name.partition("@")
            use.table, use.via = TableName(local, name.schema, name.catalog, name.quoted), (f"link {link}",)
        self.uses.append(use)
        return Source(use, {use.table: None})

    def hints(self, node: exp.Table, name: TableName | None) -> None:
        """`WITH (UPDLOCK)` locks."""
        words = {v.name.upper() for hint in node.args.get("hints") or () for v in hint.expressions}
        if name and words & {"UPDLOCK", "HOLDLOCK", "XLOCK", "TABLOCKX"}:
            self.uses.append(Use(name, "lock", "lock", "lock", name_offset(node)))

    def function(self, node: exp.Expr | None, scope: Scope) -> None:
        """A table function: its arguments may read, and some run SQL on another server."""
        if node is None:
            return
        self.expressions([node], scope)

    # Expressions

    def projection(self, projections: list[exp.Expr], scope: Scope, kind: str) -> None:
        """Read the output columns of a block."""
        for item in projections:
            inner = item.this if isinstance(item, exp.Alias) else item
            if isinstance(inner, exp.Star) or (isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)):
                if kind != "exists":
                    self.star(inner, scope)
            elif (
                isinstance(inner, exp.Column)
                and not inner.args.get("table")
                and kind != "exists"
                and self.whole_row(inner, scope)
            ):
                continue
            else:
                self.expressions([item], scope, unknown=True)
        if kind == "exists":
            for source in scope.sources.values():
                if source.use:
                    source.use.shape = "exists"

    def whole_row(self, column: exp.Column, scope: Scope) -> bool:
        """`SELECT o FROM orders o` takes the whole row."""
        source = scope.sources.get(self.folded(column))
        if source is None or source.use is None or source.use.table.name == self.folded(column):
            return False
        source.use.star()
        return True

    def star(self, node: exp.Expr, scope: Scope) -> None:
        """Note `*` or `t.*`."""
        table = node.args.get("table")
        sources = [scope.alias(self.folded(table))] if table else list(scope.sources.values())
        for source in sources:
            if source and source.use:
                source.use.star()

    def expressions(
        self,
        nodes: Sequence[exp.Expr | None],
        scope: Scope,
        loose: set[str] | frozenset[str] = frozenset(),
        unknown: bool = False,
    ) -> Tables:
        """Read columns and subqueries; the answer is the base tables of the subqueries.

        `loose` are output names that are no columns; `unknown` says that a hole may stand for columns here.
        """
        tables: Tables = {}
        for node, kind, negated in walk(nodes):
            if isinstance(node, exp.Column):
                self.column(node, scope, loose, unknown)
            elif isinstance(node, exp.Query | exp.DML):
                before = dict(scope.tables)
                inner = self.query(node.this if isinstance(node, exp.Subquery) else node, Scope(scope), kind)
                self.join({**before, **inner}, "scalar" if kind == "scalar" else "anti" if negated else "semi")
                tables.update(inner)
        return tables

    def column(self, node: exp.Column, scope: Scope, loose: set[str] | frozenset[str], unknown: bool) -> None:
        """Attribute a column to its table."""
        if isinstance(node.this, exp.Star):
            return
        name = self.folded(node.this)
        table = node.args.get("table")
        if not table and not isinstance(node.parent, exp.Count | exp.Is) and self.whole_row(node, scope):
            return  # `to_json(o)`
        near = [scope.alias(self.folded(table))] if table else scope.nearest()
        uses = [source.use for source in near if source and source.use]
        if HOLE in node.name or BIND in node.name:
            for use in uses if unknown and HOLE in node.name else ():
                use.forget()
        elif not table and not _WORD.search(node.name):
            return  # MySQL's `concat("%", ?)` is a text, which other dialects take for a name
        elif table or name not in loose:
            for use in uses:
                use.name(name) if len(near) == 1 else use.beside(name)

    def locks(self, lock: exp.Lock, scope: Scope) -> None:
        """Note FOR UPDATE and its kin; `OF` names aliases."""
        named = [scope.alias(self.folded(t.this)) for t in lock.expressions if isinstance(t, exp.Table)]
        for source in named or list(scope.sources.values()):
            if source and source.use:
                self.uses.append(Use(source.use.table, "lock", "lock", "lock", source.use.offset))

    # Names

    def table_name(self, node: exp.Table) -> TableName | None:
        """The name as the dialect folds it; None for what is no table of anybody's."""
        parts = [p for p in node.parts if isinstance(p, exp.Identifier)]
        if not parts:
            return None
        names = [fold(p.name, bool(p.args.get("quoted")), self.context.folding) for p in parts]
        quoted = bool(parts[-1].args.get("quoted"))
        catalog = ".".join(names[:-2]) or None
        schema = names[-2] if len(names) > 1 and names[-2] else None
        if len(parts) > 1 and node.args.get("db") == "":
            schema, catalog = None, names[0]
        name = TableName(names[-1], schema, catalog, quoted)
        return None if not name.name or is_system(name, self.context.folding) else name

    def is_temporary(self, node: exp.Table, name: TableName) -> bool:
        """Whether the name is a temporary table or a table variable."""
        identifier = node.this
        if isinstance(identifier, exp.Identifier) and identifier.args.get("temporary"):
            return True
        at = name_offset(node)
        if name.name[:1] in "#@" or (at and self.text[at - 1] in "#@" and self.context.dialect == "tsql"):
            return True
        if name.schema is None and name.name in self.context.temporary:
            return True
        return self.context.dialect == "tsql" and name.schema is None and name.name.lower() in ("inserted", "deleted")

    def folded(self, node: exp.Expr) -> str:
        """The name that an identifier, column or alias says, as the dialect keeps it."""
        identifier = (
            node.this
            if isinstance(node, exp.Column | exp.TableAlias | exp.Dot) and isinstance(node.this, exp.Identifier)
            else node
        )
        quoted = bool(identifier.args.get("quoted"))
        return fold(
            identifier.name if isinstance(identifier, exp.Identifier) else unquote(node.name), quoted, self.context.folding
        )

    def alias_of(self, node: exp.Expr) -> str:
        """The alias of a source, empty if it has none."""
        alias = node.args.get("alias")
        if isinstance(alias, exp.TableAlias) and isinstance(alias.this, exp.Identifier):
            return self.folded(alias.this)
        return ""

    def join(self, tables: Tables, kind: str) -> None:
        """Note that tables are combined, once for each set of tables and kind."""
        if len(tables) > 1:
            first = next((use.offset for use in self.uses if use.table in tables), 0)
            join = Join(tuple(tables), kind, first)
            if not any(set(other.tables) == set(join.tables) and other.kind == kind for other in self.joins):
                self.joins.append(join)
