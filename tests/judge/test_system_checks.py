"""The checks about owners, circles, databases and what is not understood; and what holds for every check."""

from typing import Any

import pytest

from dblint.judge.checks import CHECKS
from dblint.judge.checks.connection import Options as ConnectionOptions
from dblint.judge.checks.scope import Scope
from dblint.model.facts import Evidence, TableId
from dblint.model.place import Place
from tests.judge.factories import (
    SHOP,
    a_change,
    a_connection,
    a_join,
    a_mapping,
    a_place,
    a_reference,
    a_routine,
    a_service,
    a_system,
    a_table,
    an_access,
    an_id,
    an_unresolved,
    drafts,
)

# contested and ownerless


def test_two_creators_are_told_once_for_each_where_it_creates() -> None:
    table = a_table(owner=None, contested=("billing", "orders"), creators=("billing", "orders"))
    system = a_system(table, a_change("billing", kind="table.create"), a_change("orders", kind="table.create"))
    first, second = drafts("contested", system)
    assert (first.service, first.place.path) == ("billing", "billing/migrations/0001.sql")
    assert (second.service, second.place.path) == ("orders", "orders/migrations/0001.sql")
    assert first.message.startswith("billing and orders both create invoices:")
    assert first.evidence[0].message == "orders claims invoices too: orders/migrations/0001.sql:1"
    assert first.lowered == 0


def test_two_models_or_writers_are_a_milder_contest() -> None:
    models = a_table(owner=None, contested=("billing", "orders"), evidence=(Evidence("model", Place("billing/m.py", 1)),))
    found = drafts("contested", a_system(models, a_mapping("billing"), a_mapping("orders")))
    assert [(draft.lowered, draft.message.split(":")[0]) for draft in found] == [
        (1, "billing and orders both declare invoices as theirs")
    ] * 2
    writers = a_table(owner=None, contested=("billing", "orders"))
    uses = (an_access("billing", mode="write"), an_access(mode="write", statement=2))
    assert "both write to invoices" in drafts("contested", a_system(writers, *uses))[0].message


def test_a_table_with_one_claim_besides_a_folder_of_definitions_is_not_contested() -> None:
    table = a_table(owner=None, contested=("ddl", "orders"), creators=("ddl", "orders"))
    changes = (a_change("ddl", kind="table.create"), a_change(kind="table.create"))
    assert not drafts("contested", a_system(table, *changes, services=[a_service("ddl", "schema"), a_service("orders")]))


@pytest.mark.parametrize("kind", ["framework", "external", "foreign", "view"])
def test_only_real_tables_are_contested_or_ownerless(kind: str) -> None:
    contested = a_table(owner=None, contested=("billing", "orders"), creators=("billing", "orders"), kind=kind)
    assert not drafts("contested", a_system(contested, a_change("billing", kind="table.create")))
    assert not drafts("ownerless", a_system(a_table(owner=None, kind=kind), an_access()))


def test_a_table_nobody_creates_is_told_once_for_each_service_where_it_is_first_used() -> None:
    uses = (
        an_access(place=a_place(line=9)),
        an_access(place=a_place(line=3), statement=2),
        an_access("crm"),
        an_access("ddl", mode="write"),
    )
    found = drafts("ownerless", a_system(a_table(owner=None), *uses, services=[a_service("ddl", "schema")]))
    assert [(draft.service, draft.place.line) for draft in found] == [("crm", 6), ("orders", 3)]


@pytest.mark.parametrize(
    "table",
    [
        a_table(owner="billing"),
        a_table(owner=None, contested=("a", "b")),
        a_table(owner=None, creators=("ddl",)),
        a_table(owner=None, evidence=(Evidence("migration", a_place("shared/migrations/0001.sql")),)),
        a_table("report_*", owner=None),
    ],
)
def test_a_table_with_an_owner_claimants_or_a_creator_or_an_unknown_name_is_not_ownerless(table: Any) -> None:
    assert not drafts("ownerless", a_system(table, an_access(table=table.id)))


def test_a_collection_that_one_service_alone_uses_is_not_ownerless() -> None:
    table = a_table(owner=None, store="mongodb")
    assert not drafts("ownerless", a_system(table, an_access(table=table.id)))
    both = drafts("ownerless", a_system(table, an_access(table=table.id), an_access("web", table=table.id)))
    assert [draft.service for draft in both] == ["orders", "web"]


def test_a_table_nobody_uses_is_not_ownerless() -> None:
    assert not drafts("ownerless", a_system(a_table(owner=None), an_access(mode="ddl")))


# cycle


def test_a_circle_is_told_once_for_each_service_with_every_step() -> None:
    tables = (a_table("orders", "orders"), a_table())
    system = a_system(*tables, an_access(), an_access("billing", "orders", statement=2))
    first, second = drafts("cycle", system)
    assert {(draft.service, draft.owner, draft.table.name) for draft in (first, second)} == {
        ("orders", "billing", "invoices"),
        ("billing", "orders", "orders"),
    }
    assert first.message.startswith("billing and orders reach into each other's data in a circle:")
    assert [found.message for found in first.evidence] == [
        "billing reads orders of orders: billing/app.py:6",
        "orders reads invoices of billing: orders/app.py:6",
    ]


# connection


def test_services_in_one_known_database_are_told_once_each_for_the_whole_database() -> None:
    system = a_system(a_connection("billing"), a_connection("orders"))
    first, second = drafts("connection", system)
    assert (first.service, second.service) == ("billing", "orders")
    assert first.table == TableId("sql", SHOP, None, "*")
    assert first.message.startswith("billing uses the same database as orders, postgresql://db/shop:")
    assert first.evidence[0].message == "orders uses it too: compose.yaml:4"
    assert first.lowered == 0


def test_a_schema_for_each_service_is_milder() -> None:
    tables = (a_table("i", schema="billing"), a_table("o", "orders", schema="orders"))
    uses = (an_access("billing", an_id("i", "billing")), an_access("orders", an_id("o", "orders")))
    assert [draft.lowered for draft in drafts("connection", a_system(*tables, *uses))] == [1, 1]


def test_a_common_schema_is_not_a_schema_for_each() -> None:
    tables = (a_table("i", schema="billing"), a_table("o", "orders", schema="orders"))
    uses = (an_access("billing", an_id("i", "billing")), an_access(table=an_id("o", "orders")))
    stray = an_access(table=an_id("i", "billing"), statement=2)
    assert {draft.lowered for draft in drafts("connection", a_system(*tables, *uses, stray))} == {0}
    default = (a_table(schema="public"), an_access("billing", an_id(schema="public")), an_access(table=an_id(schema="public")))
    assert {draft.lowered for draft in drafts("connection", a_system(*default))} == {0}


def test_unknown_or_different_databases_libraries_and_shared_stores_are_not_told() -> None:
    unknown = an_id(database=None)
    assert not drafts("connection", a_system(a_table(database=None), an_access("billing", unknown), an_access(table=unknown)))
    assert not drafts("connection", a_system(a_connection("billing"), a_connection("orders", "postgresql://other/shop")))
    library = [a_service("billing", "library"), a_service("orders")]
    assert not drafts("connection", a_system(a_connection("billing"), a_connection("orders"), services=library))
    assert not drafts("connection", a_system(a_connection("billing"), a_connection("")))  # a setting of no service
    cache = a_system(a_connection("billing", store="redis"), a_connection("orders", store="redis"))
    assert not drafts("connection", cache, ConnectionOptions(except_stores=("redis",)))
    assert len(drafts("connection", cache)) == 2


# unresolved


def test_a_call_that_is_not_understood_shows_what_is_known() -> None:
    (draft,) = drafts("unresolved", a_system(an_unresolved()))
    assert draft.message == (
        "orders calls the database here, and which table it uses cannot be told from the source "
        "(dynamic table): SELECT 1 FROM ⟨?⟩"
    )
    assert draft.table.name == "?"


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_a_check_says_nothing_about_an_empty_system(check: str) -> None:
    assert drafts(check, a_system()) == []


@pytest.mark.parametrize("check", sorted(set(CHECKS) - {"unresolved", "waiver", "connection", "contested", "ownerless"}))
def test_a_check_says_nothing_about_a_service_that_keeps_to_its_own_data(check: str) -> None:
    name = "billing"
    tables = (a_table(), a_table("lines"), a_table("totals", kind="view"))
    facts = (
        an_access(name, shape="star"),
        an_access(name, mode="write", statement=2),
        a_join(name, ("invoices", "lines")),
        a_reference(name, "lines"),
        a_mapping(name),
        a_change(name),
        a_routine(name, "totals"),
    )
    assert drafts(check, a_system(*tables, *facts), CHECKS[check].options()) == []


def test_options_of_every_check_can_be_narrowed() -> None:
    assert all(issubclass(check.options, Scope) for check in CHECKS.values())
