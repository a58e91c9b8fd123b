"""Facts with every argument defaulted, so that a test names only what it is about."""

from collections.abc import Sequence
from datetime import date
from typing import Any, get_args

from dblint.config.model import Allowance, Configuration, RuleSetting
from dblint.graph import Coupling
from dblint.judge import Rule, judge
from dblint.judge.checks import CHECKS
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.model.changes import SchemaChange
from dblint.model.facts import (
    Access,
    Confidence,
    Connection,
    Evidence,
    Mapping,
    Reference,
    ServiceUnresolved,
    Table,
    TableId,
    TableJoin,
)
from dblint.model.findings import Finding, Severity, Suppression
from dblint.model.place import Place
from dblint.model.routines import RoutineUse
from dblint.model.schema import Column, SchemaEvent, TableName
from dblint.model.sql import Action, Mode
from dblint.model.system import System
from dblint.model.tree import Service

SHOP = "postgresql://db/shop"
TODAY = date(2026, 6, 1)


def an_id(name: str = "invoices", schema: str | None = None, database: str | None = SHOP, store: str = "sql") -> TableId:
    return TableId(store, database, schema, name)


def a_place(path: str = "orders/app.py", line: int = 6) -> Place:
    return Place(path, line)


def a_table(
    name: str = "invoices",
    owner: str | None = "billing",
    *,
    contested: tuple[str, ...] = (),
    confidence: Confidence = "explicit",
    evidence: tuple[Evidence, ...] | None = None,
    kind: Any = "table",
    creators: tuple[str, ...] = (),
    schema: str | None = None,
    database: str | None = SHOP,
    store: str = "sql",
) -> Table:
    if evidence is None:
        evidence = (Evidence("migration", Place(f"{owner}/migrations/0001.sql", 3)),) if owner else ()
    return Table(
        id=an_id(name, schema, database, store),
        owner=owner,
        contested=contested,
        confidence=confidence,
        evidence=evidence,
        kind=kind,
        creators=creators,
    )


def an_access(
    service: str = "orders",
    table: TableId | str = "invoices",
    mode: Mode = "read",
    action: Action | None = None,
    *,
    shape: str = "cols",
    columns: tuple[str, ...] | None = ("total",),
    place: Place | None = None,
    confidence: Confidence = "explicit",
    statement: int = 1,
    via: tuple[str, ...] = (),
) -> Access:
    usual: dict[Mode, Action] = {"read": "select", "write": "update", "lock": "lock", "ddl": "create"}
    return Access(
        service=service,
        table=_id(table),
        mode=mode,
        action=action or usual[mode],
        shape=shape,
        columns=columns,
        place=place or a_place(f"{service}/app.py"),
        how="psycopg",
        confidence=confidence,
        statement=statement,
        via=via,
    )


def a_join(
    service: str = "orders",
    tables: Sequence[TableId | str] = ("orders", "invoices"),
    kind: str = "inner",
    *,
    place: Place | None = None,
    statement: int = 1,
    confidence: Confidence = "explicit",
    via: tuple[str, ...] = (),
) -> TableJoin:
    where = place or a_place(f"{service}/app.py", 5)
    return TableJoin(service, tuple(_id(table) for table in tables), kind, where, "psycopg", confidence, statement, via)


def a_reference(
    service: str = "orders",
    table: str = "orders",
    target: str = "invoices",
    *,
    columns: tuple[str, ...] = ("invoice_id",),
    target_columns: tuple[str, ...] = ("id",),
    place: Place | None = None,
    confidence: Confidence = "explicit",
    enforced: bool = True,
) -> Reference:
    where = place or a_place(f"{service}/migrations/0002.sql", 4)
    return Reference(service, an_id(table), columns, an_id(target), target_columns, where, "sql", confidence, enforced)


def a_mapping(service: str = "orders", table: str = "invoices", *, managed: bool = True, name: str = "Invoice") -> Mapping:
    return Mapping(service, an_id(table), name, a_place(f"{service}/models.py", 9), "sqlalchemy", "explicit", managed)


def a_change(
    service: str = "orders",
    table: str = "invoices",
    kind: str = "column.drop",
    *,
    columns: tuple[str, ...] = (),
    place: Place | None = None,
    tool: str = "sql",
) -> SchemaChange:
    event = SchemaEvent(kind, TableName(table), tuple(Column(name) for name in columns))
    return SchemaChange(service, an_id(table), event, place or a_place(f"{service}/migrations/0001.sql", 1), tool)


def a_routine(
    service: str = "orders", object_: str = "order_totals", table: str = "invoices", kind: Any = "view"
) -> RoutineUse:
    place = a_place(f"{service}/migrations/0003.sql", 3)
    return RoutineUse(service, object_, kind, an_id(table), "read", place, place)


def a_connection(service: str = "orders", database: str = SHOP, store: str = "sql", schema: str | None = None) -> Connection:
    return Connection(service, store, database, Place("compose.yaml", 4), "compose", schema)


def an_unresolved(service: str = "orders", partial: str = "SELECT 1 FROM ⟨?⟩") -> ServiceUnresolved:
    return ServiceUnresolved(service, a_place(f"{service}/app.py", 9), "dynamic-table", partial)


def a_service(name: str = "orders", kind: Any = "service", path: str | None = None) -> Service:
    return Service(name, path or name, (), kind)


def a_system(*facts: object, services: Sequence[Service] | None = None) -> System:
    """A system of these facts, each in the field of its type."""
    by_type: dict[type, str] = {
        Table: "tables",
        Access: "accesses",
        TableJoin: "joins",
        Reference: "references",
        Mapping: "mappings",
        SchemaChange: "changes",
        RoutineUse: "routines",
        Connection: "connections",
        ServiceUnresolved: "unresolved",
    }
    fields: dict[str, list[Any]] = {}
    for fact in facts:
        fields.setdefault(by_type[type(fact)], []).append(fact)
    known = services if services is not None else [a_service(name) for name in ("billing", "crm", "orders")]
    given: dict[str, Any] = {name: tuple(found) for name, found in fields.items()}
    return System(services=tuple(known), **given)


def a_rule(
    check: str = "access",
    options: Scope | None = None,
    *,
    name: str = "cross-service-read",
    id: str = "DBL101",  # noqa: A002 - the field's name
    severity: Severity = "error",
) -> Rule:
    return Rule(id, name, severity, "summary", "rationale", "remedy", check, options or CHECKS[check].options())


def an_allowance(
    service: str = "orders",
    table: str = "invoices",
    *,
    modes: tuple[Any, ...] = ("any",),
    rule: str = "",
    until: date | None = None,
    line: int = 7,
) -> Allowance:
    return Allowance(service, table, "read model", Place("dblint.yaml", line), modes, rule, until)


def a_configuration(*parts: Allowance | RuleSetting, require_reason: bool = False) -> Configuration:
    return Configuration(
        path="dblint.yaml",
        allow=tuple(part for part in parts if isinstance(part, Allowance)),
        rules=tuple(part for part in parts if isinstance(part, RuleSetting)),
        require_reason=require_reason,
    )


def a_setting(name: str = "cross-service-read", severity: Severity = "note") -> RuleSetting:
    assert severity in get_args(Severity)
    return RuleSetting(name, severity, Place("dblint.yaml", 3))


def a_suppression(
    *rules: str,
    path: str = "orders/app.py",
    line: int = 5,
    reason: str = "until billing has an API",
    first: int = 6,
    last: int = 6,
    until: date | None = None,
    mistake: str = "",
) -> Suppression:
    return Suppression(path, line, rules, reason, first, last, until, mistake)


def drafts(check: str, system: System, options: Scope | None = None) -> list[Draft]:
    found = CHECKS[check]
    return list(found.drafts(Coupling(system), options or found.options()))


def findings(
    system: System,
    *,
    rules: Sequence[Rule] = (),
    configuration: Configuration | None = None,
    suppressions: Sequence[Suppression] = (),
    today: date = TODAY,
) -> list[Finding]:
    waiver = a_rule("waiver", name="unused-suppression", id="DBL502", severity="warning")
    chosen = tuple(rules) or (a_rule(), waiver)
    return list(judge(system, Coupling(system), chosen, configuration or Configuration(), tuple(suppressions), today))


def _id(table: TableId | str) -> TableId:
    return table if isinstance(table, TableId) else an_id(table)
