"""A policy of the project's own: each row that a query of the facts gives is a finding."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.model.facts import Table, TableId
from dblint.model.place import Place
from dblint.query import ask
from dblint.query.tables import name_of

REQUIRED = ("service", "path", "line", "message")
KNOWN = (*REQUIRED, "table_id")


class Options(Scope, frozen=True, forbid_unknown_fields=True):
    """`sql`: one SELECT that gives the columns service, path, line and message, and may give table_id."""

    sql: str = ""


def query(coupling: Coupling, options: Options) -> Iterator[Draft]:
    """A draft for every row.

    Raises:
        QueryError: if the query does not end in time.
    """
    if not options.sql:
        return
    answer = ask(options.sql, coupling.system)
    tables: dict[object, Table] = {name_of(table.id): table for table in coupling.system.tables}
    for values in answer.rows:
        row = dict(zip(answer.columns, values, strict=True))
        table = tables.get(row.get("table_id"))
        service, where = str(row["service"] or ""), table.id if table else TableId("sql", None, None, "*")
        if options.holds(service, where):
            line = row["line"]
            yield Draft(
                service=service,
                owner=table.owner if table else None,
                table=where,
                place=Place(str(row["path"] or "."), line if isinstance(line, int) and line > 0 else 1),
                mode="other",
                message=str(row["message"] or ""),
                shape=str(row["message"] or ""),
            )
