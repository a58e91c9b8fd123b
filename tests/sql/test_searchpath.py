"""Statements that set the schema in which the names after them are looked for."""

import pytest

from dblint.sql import read_script


def _tables(text: str) -> list[str]:
    """The tables of all statements, of uses before those of events."""
    tables = []
    for statement in read_script(text, "postgres"):
        tables += [str(use.table) for use in statement.uses]
        tables += [str(event.table) for event in statement.events]
    return tables


@pytest.mark.parametrize(
    ("before", "table"),
    [
        ("SET search_path TO billing, public;", "billing.a"),
        ("SET search_path = 'billing';", "billing.a"),
        ("SET SESSION search_path TO billing;", "billing.a"),
        ('SET LOCAL search_path = "$user", billing;', "billing.a"),
        ("SET SCHEMA 'billing';", "billing.a"),
        ("ALTER SESSION SET CURRENT_SCHEMA = billing;", "billing.a"),
        ("SELECT pg_catalog.set_config('search_path', 'billing, public', false);", "billing.a"),
        ("SELECT pg_catalog.set_config('search_path', '', false);", "a"),
        ("SET search_path TO public;", "a"),
        ("SET search_path TO %s;", "a"),
        ("SET search_path TO billing; RESET search_path;", "a"),
        ("SET search_path TO billing; SET search_path TO DEFAULT;", "a"),
        ("SET search_path TO billing; SET search_path TO crm;", "crm.a"),
        ("SET lock_timeout = '2s';", "a"),
    ],
)
def test_names_without_a_schema_are_in_the_first_of_the_search_path(before: str, table: str) -> None:
    assert _tables(f"{before} ALTER TABLE a ADD COLUMN b int;") == [table]


def test_names_with_a_schema_catalogue_tables_and_schemas_themselves_stay() -> None:
    text = "SET search_path TO billing; SELECT 1 FROM crm.a, pg_class, b; CREATE SCHEMA c;"
    assert _tables(text) == ["crm.a", "billing.b", "c"]


def test_targets_of_keys_and_what_a_view_reads_are_in_the_search_path_too() -> None:
    key, view = read_script(
        "SET search_path TO billing; CREATE TABLE a (b int REFERENCES c (id)); CREATE VIEW v AS SELECT id FROM c;", "postgres"
    )[1:]
    assert str(key.events[0].foreign_keys[0].target) == "billing.c"
    assert [str(name) for name in view.events[0].reads] == ["billing.c"]
