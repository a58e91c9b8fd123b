"""From the tree of a query or DML statement to the tables it uses, with their columns, and the joins it makes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlglot import exp

from dblint.model.schema import TableName
from dblint.model.sql import Action, Join
from dblint.sql.holes import BIND, HOLE
from dblint.sql.names import fold, is_system, unquote
from dblint.sql.reading import Context, Reading, Use

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
        scope: Scope | None = self
        while scope:
            if name in scope.ctes:
                return scope.ctes[name]
            scope = scope.parent
        return None

    def alias(self, name: str) -> Source | None:
        scope: Scope | None = self
        while scope:
            if name in scope.sources:
                return scope.sources[name]
            scope = scope.parent
        return None

    def only(self) -> Use | None:
        """The base table that an unqualified column must belong to, if there is just one source."""
        scope: Scope | None = self
        while scope:
            if scope.sources:
                return next(iter(scope.sources.values())).use if len(scope.sources) == 1 else None
            scope = scope.parent
        return None

    @property
    def tables(self) -> Tables:
        return {table: None for source in self.sources.values() for table in source.tables}


def read_tree(tree: exp.Expr, text: str, context: Context) -> Reading:
    """The uses and joins of a parsed statement; `text` is what was parsed, offsets count in it."""
    reader = _Reader(text, context)
    reader.statement(tree, Scope())
    uses = tuple(dict.fromkeys(use.fact(context.via) for use in reader.uses))
    return Reading(uses, tuple(reader.joins), temporary=frozenset(reader.temporary))


class _Reader:
    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.context = context
        self.uses: list[Use] = []
        self.joins: list[Join] = []
        self.temporary: set[str] = set()

    # Statements

    def statement(self, node: exp.Expr, scope: Scope) -> Tables:
        """Read any statement; the answer is the base tables whose rows flow out of it."""
        self.with_(node, scope)
        if isinstance(node, exp.Insert):
            return self.insert(node, scope)
        if isinstance(node, exp.Update):
            return self.update(node, scope)
        if isinstance(node, exp.Delete):
            return self.delete(node, scope)
        if isinstance(node, exp.Merge):
            return self.merge(node, scope)
        if isinstance(node, exp.MultitableInserts):
            return self.multi_insert(node, scope)
        return self.query(node, scope, with_read=True)

    def with_(self, node: exp.Expr, scope: Scope) -> None:
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
        self.expressions([node], scope)
        return {}

    def union(self, node: exp.SetOperation, scope: Scope, kind: str) -> Tables:
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
        scope = Scope(outer)
        first = len(self.uses)
        self.from_(node, scope)
        own = list(self.uses[first:])
        projections = list(node.expressions)
        self.projection(projections, scope, kind)
        aliases = {self.folded(e.args["alias"]) for e in projections if isinstance(e, exp.Alias)}
        if kind != "exists" and projections and all(_is_count(e) for e in projections):
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
        name = self.table_name(into.this)
        if name is None or (self.context.body and self.context.dialect != "tsql"):
            return
        if into.args.get("temporary") or self.is_temporary(into.this, name):
            self.temporary.add(name.name)
            return
        self.uses.append(Use(name, "write", "insert", "insert.nolist", _start(into.this), None))
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
        for join in later:
            if isinstance(join, exp.Join):
                kinds.add(_join_kind(join))
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
        use = Use(name, "read", "select", "cols", _start(node))
        if "@" in name.name and self.context.folding == "oracle":
            local, _, link = name.name.partition("@")
            use.table, use.via = TableName(local, name.schema, name.catalog, name.quoted), (f"link {link}",)
        self.uses.append(use)
        return Source(use, {use.table: None})

    def hints(self, node: exp.Table, name: TableName | None) -> None:
        """`WITH (UPDLOCK)` locks."""
        words = {v.name.upper() for hint in node.args.get("hints") or () for v in hint.expressions}
        if name and words & {"UPDLOCK", "HOLDLOCK", "XLOCK", "TABLOCKX"}:
            self.uses.append(Use(name, "lock", "lock", "lock", _start(node)))

    def function(self, node: exp.Expr | None, scope: Scope) -> None:
        """A table function: its arguments may read, and some run SQL on another server."""
        if node is None:
            return
        self.expressions([node], scope)

    # Expressions

    def projection(self, projections: list[exp.Expr], scope: Scope, kind: str) -> None:
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
        for node, kind, negated in _walk(nodes):
            if isinstance(node, exp.Column):
                self.column(node, scope, loose, unknown)
            elif isinstance(node, exp.Query | exp.DML):
                before = dict(scope.tables)
                inner = self.query(node.this if isinstance(node, exp.Subquery) else node, Scope(scope), kind)
                self.join({**before, **inner}, "scalar" if kind == "scalar" else "anti" if negated else "semi")
                tables.update(inner)
        return tables

    def column(self, node: exp.Column, scope: Scope, loose: set[str] | frozenset[str], unknown: bool) -> None:
        if isinstance(node.this, exp.Star):
            return
        name = self.folded(node.this)
        table = node.args.get("table")
        if table:
            source = scope.alias(self.folded(table))
            use = source.use if source else None
        else:
            use = scope.only()
        if HOLE in node.name or BIND in node.name:
            if unknown and HOLE in node.name:
                for source in [Source(use, {})] if table else list(scope.sources.values()):
                    if source.use:
                        source.use.forget()
        elif use and (table or name not in loose):
            use.name(name)

    def locks(self, lock: exp.Lock, scope: Scope) -> None:
        named = [scope.alias(self.folded(t.this)) for t in lock.expressions if isinstance(t, exp.Table)]
        for source in named or list(scope.sources.values()):
            if source and source.use:
                self.uses.append(Use(source.use.table, "lock", "lock", "lock", source.use.offset))

    # Changes

    def insert(self, node: exp.Insert, scope: Scope) -> Tables:
        target = node.this
        columns: list[exp.Expr] | None = None
        if isinstance(target, exp.Schema):
            columns, target = target.expressions, target.this
        conflict = node.args.get("conflict")
        action: Action = "upsert" if conflict or node.args.get("alternative") == "REPLACE" else "insert"
        use = self.target(target, action, "insert.cols" if columns else "insert.nolist")
        if use:
            self.uses.append(use)
            use.columns = {} if columns else None
            for column in columns or ():
                use.note(self.folded(column))
            self.arbiter(conflict, use)
        tables: Tables = {}
        source = node.args.get("expression")
        if isinstance(source, exp.Values):
            tables = self.expressions(source.expressions, scope)
        elif isinstance(source, exp.Expr):
            tables = self.statement(source, Scope(scope))
        if use:
            self.join({use.table: None, **tables}, "insert-select")
        inner = Scope(scope)
        if conflict:
            self.expressions([*conflict.expressions, conflict.args.get("where")], inner)
        return tables

    def arbiter(self, conflict: exp.Expr | None, use: Use) -> None:
        """What an upsert takes for "the row is already there"."""
        keys = conflict.args.get("conflict_keys") if conflict else None
        constraint = conflict.args.get("constraint") if conflict else None
        names = [self.folded(column) for key in keys or () for column in key.find_all(exp.Column, exp.Identifier)]
        if isinstance(constraint, exp.Expr):
            names.append(self.folded(constraint))
        if names:
            self.uses.append(Use(use.table, "write", "upsert", "conflict", use.offset, dict.fromkeys(names)))

    def multi_insert(self, node: exp.MultitableInserts, scope: Scope) -> Tables:
        tables = self.statement(node.args["source"], Scope(scope))
        for item in node.expressions:
            insert = item.this if isinstance(item.this, exp.Insert) else item
            if isinstance(insert, exp.Insert):
                name = insert.find(exp.Table)
                self.insert(insert, Scope(scope))
                target = self.table_name(name) if name else None
                if target:
                    self.join({target: None, **tables}, "insert-select")
        return tables

    def update(self, node: exp.Update, outer: Scope) -> Tables:
        scope = Scope(outer)
        self.from_(node, scope)
        target = self.changed(node.this, scope)
        pairs = [(pair.this, pair.expression) for pair in node.expressions if isinstance(pair, exp.EQ)]
        assigned: dict[int, Use] = {}
        for left, _ in pairs:
            for column in left.find_all(exp.Column):
                qualifier = column.args.get("table")
                source = scope.alias(self.folded(qualifier)) if qualifier else None
                use = source.use if source and source.use else target
                if use:
                    assigned.setdefault(id(use), _written(use, "update", "update.cols")).note(self.folded(column))
        if target and not assigned:
            assigned[id(target)] = _written(target, "update", "update.cols")
            target.forget()
        for use in assigned.values():
            use.open = False
        self.join(scope.tables, "inner")
        tables = scope.tables
        tables.update(self.expressions([*(right for _, right in pairs), node.args.get("where"), node.args.get("order")], scope))
        self.returning(node, scope)
        return tables

    def delete(self, node: exp.Delete, outer: Scope) -> Tables:
        scope = Scope(outer)
        using = node.args.get("using")
        for item in using if isinstance(using, list) else []:
            self.source(item, scope)
        named = [t for t in node.args.get("tables") or () if isinstance(t, exp.Table)]
        if named and isinstance(node.this, exp.Expr):
            self.source(node.this, scope)
        for target in [self.changed(t, scope) for t in named or [node.this] if isinstance(t, exp.Expr)]:
            if target:
                target.mode, target.action, target.shape = "write", "delete", "delete"
        self.join(scope.tables, "inner")
        tables = scope.tables
        tables.update(self.expressions([node.args.get("where")], scope))
        self.returning(node, scope)
        return tables

    def changed(self, node: exp.Expr, scope: Scope) -> Use | None:
        """The use that a written target means: an alias or table of FROM (SQL Server, MySQL), else a source of its own."""
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier | exp.Dot):
            return None
        cte = scope.cte(self.folded(node.this)) if not node.args.get("db") else None
        if cte and len(cte.tables) == 1:  # SQL Server writes through a CTE
            use = Use(next(iter(cte.tables)), "read", "select", "cols", _start(node))
            self.uses.append(use)
            return use
        aliased = scope.sources.get(self.folded(node.this)) if not node.args.get("db") and not node.args.get("alias") else None
        if aliased:
            return aliased.use
        name = self.table_name(node)
        again = [source.use for source in scope.sources.values() if source.use and source.use.table == name]
        if again and self.context.dialect in ("tsql", "mysql"):
            return again[0]
        first = len(self.uses)
        self.source(node, scope)
        return next((use for use in self.uses[first:] if use.mode == "read" and use.offset == _start(node)), None)

    def merge(self, node: exp.Merge, outer: Scope) -> Tables:
        scope = Scope(outer)
        target = self.target(node.this, "upsert", "conflict")
        own = self.alias_of(node.this) or (self.folded(node.this.this) if isinstance(node.this.this, exp.Identifier) else "")
        tables = self.source(node.args["using"], scope)
        if target:
            self.uses.append(target)
            scope.sources[own] = Source(target, {target.table: None})
        tables = {**tables, **self.expressions([node.args.get("on")], scope)}
        if target:
            target.open = False
            for when in node.args["whens"].expressions:
                self.arm(when.args.get("then"), target)
            self.join({target.table: None, **tables}, "merge")
        for when in node.args["whens"].expressions:
            then = when.args.get("then")
            self.expressions(
                [when.args.get("condition"), *(then.iter_expressions() if isinstance(then, exp.Expr) else ())], scope
            )
        return tables

    def arm(self, then: exp.Expr | None, target: Use) -> None:
        if isinstance(then, exp.Insert):
            listed = then.this.expressions if isinstance(then.this, exp.Tuple) else None
            names = dict.fromkeys(self.folded(column) for column in listed) if listed else None
            self.uses.append(
                Use(target.table, "write", "insert", "insert.cols" if listed else "insert.nolist", target.offset, names)
            )
        elif isinstance(then, exp.Update):
            names = dict.fromkeys(self.folded(pair.this) for pair in then.expressions if isinstance(pair, exp.EQ))
            self.uses.append(Use(target.table, "write", "update", "update.cols", target.offset, names or None))
        elif isinstance(then, exp.Var) and then.name.upper() == "DELETE":
            self.uses.append(Use(target.table, "write", "delete", "delete", target.offset))

    def returning(self, node: exp.Expr, scope: Scope) -> None:
        returning = node.args.get("returning")
        if isinstance(returning, exp.Expr):
            self.expressions([e for e in returning.expressions if not isinstance(e, exp.Star)], scope)

    # Names

    def target(self, node: exp.Expr | None, action: Action, shape: str) -> Use | None:
        if not isinstance(node, exp.Table):
            return None
        name = self.table_name(node)
        if name is None or self.is_temporary(node, name):
            return None
        return Use(name, "write", action, shape, _start(node))

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
        identifier = node.this
        if isinstance(identifier, exp.Identifier) and identifier.args.get("temporary"):
            return True
        start = _start(node)
        if name.name[:1] in "#@" or (start and self.text[start - 1] in "#@" and self.context.dialect == "tsql"):
            return True
        if name.schema is None and name.name in self.context.temporary:
            return True
        return self.context.dialect == "tsql" and name.schema is None and name.name.lower() in ("inserted", "deleted")

    def folded(self, node: exp.Expr) -> str:
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
        alias = node.args.get("alias")
        if isinstance(alias, exp.TableAlias) and isinstance(alias.this, exp.Identifier):
            return self.folded(alias.this)
        return ""

    def join(self, tables: Tables, kind: str) -> None:
        if len(tables) > 1:
            first = next((use.offset for use in self.uses if use.table in tables), 0)
            join = Join(tuple(tables), kind, first)
            if not any(set(other.tables) == set(join.tables) and other.kind == kind for other in self.joins):
                self.joins.append(join)


def _start(node: exp.Expr) -> int:
    identifiers = [p for p in node.parts if isinstance(p, exp.Identifier)] if isinstance(node, exp.Table) else [node]
    return int(identifiers[-1].meta.get("start", 0)) if identifiers else 0


def _join_kind(join: exp.Join) -> str:
    if join.side in ("LEFT", "RIGHT", "FULL") and join.kind not in ("SEMI", "ANTI"):
        return "outer"
    if join.kind in ("SEMI", "ANTI"):
        return join.kind.lower()
    if join.kind == "CROSS" or not (join.args.get("on") or join.args.get("using") or join.method):
        return "cross"
    return "outer" if join.kind == "OUTER" else "inner"


def _is_count(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, exp.Alias) else node
    return isinstance(inner, exp.Count) and isinstance(inner.this, exp.Star | exp.Literal)


def _written(use: Use, action: Action, shape: str) -> Use:
    use.mode, use.action, use.shape, use.columns = "write", action, shape, {}
    return use


def _walk(nodes: Sequence[exp.Expr | None]) -> Iterator[tuple[exp.Expr, str, bool]]:
    """The columns and nested queries of some expressions in source order; a query with what it is to its block, and if negated."""
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
