"""From the tree of a query or DML statement to the tables it uses, with their columns, and the joins it makes."""

from sqlglot import exp

from dblint.model.sql import Action
from dblint.sql.queries import Queries
from dblint.sql.reading import Context, Reading, Use
from dblint.sql.scopes import Scope, Source, Tables, name_offset


def read_tree(tree: exp.Expr, text: str, context: Context) -> Reading:
    """The uses and joins of a parsed statement; `text` is what was parsed, offsets count in it."""
    reader = Changes(text, context)
    reader.statement(tree, Scope())
    uses = tuple(dict.fromkeys(use.fact(context.via) for use in reader.uses))
    named = tree.named_selects if isinstance(tree, exp.Query) else []
    outputs = tuple(named) if all(named) and "*" not in named else ()
    return Reading(uses, tuple(reader.joins), temporary=frozenset(reader.temporary), outputs=outputs)


class Changes(Queries):
    """Reads INSERT, UPDATE, DELETE and MERGE, and the queries inside them."""

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

    def insert(self, node: exp.Insert, scope: Scope) -> Tables:
        """Read INSERT with its conflict clause and source."""
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
        if use:
            use.open = False
            inner.sources[self.alias_of(target) or use.table.name] = Source(use, {use.table: None})
        if conflict:
            self.expressions([*conflict.expressions, conflict.args.get("where")], inner)
        self.returning(node, inner)
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
        """Read Oracle's INSERT ALL."""
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
        """Read UPDATE: every table with an assigned column is a target."""
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
                    if id(use) not in assigned:
                        assigned[id(use)] = written(use, "update", "update.cols")
                    use.note(self.folded(column))
        if target and not assigned:
            assigned[id(target)] = written(target, "update", "update.cols")
            target.forget()
        for use in assigned.values():
            use.open = False
        self.join(scope.tables, "inner")
        tables = scope.tables
        tables.update(self.expressions([*(right for _, right in pairs), node.args.get("where"), node.args.get("order")], scope))
        self.returning(node, scope)
        return tables

    def delete(self, node: exp.Delete, outer: Scope) -> Tables:
        """Read DELETE: the listed tables, or the one of FROM."""
        scope = Scope(outer)
        using = node.args.get("using")
        for item in using if isinstance(using, list) else []:
            self.source(item, scope)
        named = [t for t in node.args.get("tables") or () if isinstance(t, exp.Table)]
        if named and isinstance(node.this, exp.Expr):
            self.source(node.this, scope)
        for target in [self.changed(t, scope) for t in named or [node.this]]:
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
            use = Use(next(iter(cte.tables)), "read", "select", "cols", name_offset(node))
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
        return next((use for use in self.uses[first:] if use.mode == "read" and use.offset == name_offset(node)), None)

    def merge(self, node: exp.Merge, outer: Scope) -> Tables:
        """Read MERGE: one write for each kind of arm."""
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
        """Note what one arm of a MERGE does."""
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
        """Read the columns of RETURNING."""
        returning = node.args.get("returning")
        if isinstance(returning, exp.Expr):
            self.expressions([e for e in returning.expressions if not isinstance(e, exp.Star)], scope)

    def target(self, node: exp.Expr | None, action: Action, shape: str) -> Use | None:
        """A use of the table that is written, None if it is nobody's."""
        if not isinstance(node, exp.Table):
            return None
        name = self.table_name(node)
        if name is None or self.is_temporary(node, name):
            return None
        return Use(name, "write", action, shape, name_offset(node))


def written(use: Use, action: Action, shape: str) -> Use:
    """The use as a write whose columns are still to come."""
    use.mode, use.action, use.shape, use.columns = "write", action, shape, {}
    return use
