from collections.abc import Mapping

import pytest

from dblint.extract.file import extract
from dblint.languages import Vocabulary
from dblint.model.facts import FileFacts
from dblint.queryfiles import settled
from dblint.queryfiles.dbt import is_dbt

PROJECT = {"dw/dbt_project.yml": "name: dw\n"}
SOURCES = """
sources:
  - name: shop
    schema: {schema}
    tables:
      - name: orders
      - {{name: clients, identifier: customers}}
"""


def facts(files: Mapping[str, str]) -> dict[str, FileFacts]:
    words = Vocabulary(calls=frozenset(), markers=())
    read = [extract(path, "sql", text.encode(), words, lambda _: ()) for path, text in files.items() if path.endswith(".sql")]
    described = [path for path in files if not path.endswith(".sql")]
    return {item.path: item for item in settled(read, described, files.get)}


def uses(found: FileFacts) -> list[str]:
    return [f"{use.action} {use.table}" for statement in found.script for use in statement.uses]


def creations(found: FileFacts) -> list[str]:
    return [f"{change.event.kind} {change.event.table}" for change in found.changes]


def model(text: str, more: Mapping[str, str] | None = None, path: str = "dw/models/m.sql") -> FileFacts:
    return facts(PROJECT | {path: text} | dict(more or {}))[path]


def test_the_example_of_a_mart_reads_its_source_and_writes_its_table() -> None:
    text = (
        "{{ config(materialized='incremental', schema='marts') }}\n"
        "select o.id, c.name from {{ source('shop', 'orders') }} o join {{ ref('stg_customers') }} c on c.id = o.customer_id\n"
    )
    found = model(text, {"dw/models/s.yml": SOURCES.format(schema="shop"), "dw/models/stg_customers.sql": "select 1 from x"})
    assert uses(found) == ["select shop.orders", "select dw.stg_customers", "insert dw_marts.m"]
    assert creations(found) == ["table.create dw_marts.m"]
    (join,) = found.script[0].joins
    assert [str(table) for table in join.tables] == ["shop.orders", "dw.stg_customers"]


@pytest.mark.parametrize(
    ("config", "made", "written"),
    [
        ("", ["view.create dw.m"], []),
        ("{{ config(materialized='view') }}", ["view.create dw.m"], []),
        ("{{ config(materialized='materialized_view') }}", ["matview.create dw.m"], []),
        ("{{ config(materialized='table') }}", ["table.create dw.m"], ["insert dw.m"]),
        ("{{ config(materialized='ephemeral') }}", [], []),
        ("{{ config(materialized='table', alias='other') }}", ["table.create dw.other"], ["insert dw.other"]),
        ("{{ config(materialized='table', database='lake') }}", ["table.create lake.dw.m"], ["insert lake.dw.m"]),
        ("{{ config({'materialized': 'table'}) }}", ["table.create dw.m"], ["insert dw.m"]),
    ],
)
def test_a_model_is_what_its_configuration_makes_of_it(config: str, made: list[str], written: list[str]) -> None:
    found = model(config + "select id from {{ source('shop', 'orders') }}")  # noqa: S608 -- read, never run
    assert creations(found) == made
    assert uses(found) == ["select shop.orders", *written]


def test_a_model_that_is_switched_off_says_nothing() -> None:
    found = model("{{ config(enabled=false) }} select id from {{ source('shop', 'orders') }}")
    assert (uses(found), creations(found)) == ([], [])


def test_a_model_of_plain_sql_is_a_model_by_its_folder() -> None:
    found = model("select id from public.orders", {"dw/dbt_project.yml": "name: dw\nmodels:\n  +materialized: table\n"})
    assert uses(found) == ["select public.orders", "insert dw.m"]
    assert creations(found) == ["table.create dw.m"]


@pytest.mark.parametrize(
    ("settings", "schema"),
    [
        ("models:\n  dw:\n    marts:\n      +schema: fin\n", "dw_fin"),
        ("models:\n  dw:\n    +schema: all\n    marts:\n      +schema: fin\n", "dw_fin"),
        ("models:\n  dw:\n    +schema: all\n    other:\n      +schema: fin\n", "dw_all"),
        ("models:\n  dw:\n    +schema: \"{{ env_var('S') }}\"\n", "dw"),
    ],
)
def test_folders_of_the_project_set_the_schema(settings: str, schema: str) -> None:
    path = "dw/models/marts/m.sql"
    found = model("select 1 as a", {"dw/dbt_project.yml": f"name: dw\n{settings}"}, path)
    assert creations(found) == [f"view.create {schema}.m"]


def test_a_profile_names_the_target_schema() -> None:
    profiles = "dw:\n  target: dev\n  outputs:\n    dev: {schema: dev_me}\n    prod: {schema: analytics}\n"
    assert creations(model("select 1 as a", {"dw/profiles.yml": profiles})) == ["view.create analytics.m"]


def test_a_macro_of_the_project_takes_the_custom_schema_as_it_is() -> None:
    macro = "{% macro generate_schema_name(custom, node) %}{{ custom }}{% endmacro %}"
    found = model("{{ config(schema='fin') }} select 1 as a", {"dw/macros/schema.sql": macro})
    assert creations(found) == ["view.create fin.m"]


@pytest.mark.parametrize(
    ("described", "call", "expected"),
    [
        (SOURCES.format(schema="raw"), "source('shop', 'orders')", "raw.orders"),
        (SOURCES.format(schema="raw"), "source('shop', 'clients')", "raw.customers"),
        (SOURCES.format(schema='"{{ target.schema }}"'), "source('shop', 'orders')", "shop.orders"),
        ("sources: [{name: shop, tables: [{name: orders}]}]", "source('shop', 'orders')", "shop.orders"),
        ("sources: [{name: shop, database: lake, tables: [{name: orders}]}]", "source('shop', 'orders')", "lake.shop.orders"),
        ("sources: [", "source('shop', 'orders')", "shop.orders"),
        ("", "source('Shop', 'Orders')", "shop.orders"),
    ],
)
def test_a_source_is_the_table_that_the_property_file_says(described: str, call: str, expected: str) -> None:
    text = "select id from {{ %s }}" % call  # noqa: S608, UP031 -- read, never run; braces stay readable
    assert uses(model(text, {"dw/models/s.yml": described})) == [f"select {expected}"]


def test_a_source_without_a_schema_may_be_the_only_table_of_its_name() -> None:
    owner = {
        "shop/migrations/1.sql": "create table orders (id int);",
        "dw/models/s.yml": "sources: [{name: shop, tables: [{name: orders}]}]",
    }
    assert uses(model("select id from {{ source('shop', 'orders') }}", owner)) == ["select *.orders"]


def test_an_ephemeral_model_is_no_table_for_those_who_read_it() -> None:
    more = {"dw/models/e.sql": "{{ config(materialized='ephemeral') }} select id from {{ source('shop', 'orders') }}"}
    assert uses(model("select id from {{ ref('e') }} join {{ ref('f') }} using (id)", more)) == ["select dw.f"]


def test_references_go_to_other_packages_versions_and_seeds() -> None:
    more = {
        "lib/dbt_project.yml": "name: lib\n",
        "lib/models/base.sql": "{{ config(schema='core') }} select 1 as a",
        "dw/seeds/countries.csv": "code\nDE\n",
    }
    text = "select 1 from {{ ref('lib', 'base') }} join {{ ref('countries') }} on true join {{ ref('old', v=2) }} on true"
    found = facts(PROJECT | {"dw/models/m.sql": text} | more)
    assert uses(found["dw/models/m.sql"]) == ["select lib_core.base", "select dw.countries", "select dw.old"]
    assert creations(found["dw/seeds/countries.csv"]) == ["table.create dw.countries"]


def test_a_snapshot_is_a_table_in_its_own_schema() -> None:
    select = "select id from {{ source('shop', 'orders') }}"
    text = "{% snapshot history %}{{ config(target_schema='snap') }}\n" + select + "{% endsnapshot %}"
    found = model(text, path="dw/snapshots/history.sql")
    assert uses(found) == ["select shop.orders", "insert snap.history"]
    assert creations(found) == ["table.create snap.history"]


def test_both_sides_of_an_incremental_model_count() -> None:
    text = (
        "{{ config(materialized='incremental') }} select id from "
        "{% if is_incremental() %}{{ source('shop', 'changes') }} where id > (select max(id) from {{ this }})"
        "{% else %}{{ source('shop', 'orders') }}{% endif %}"
    )
    assert sorted(uses(model(text))) == ["insert dw.m", "select dw.m", "select shop.changes", "select shop.orders"]


def test_what_a_macro_is_given_is_read() -> None:
    union = "select a from {{ dbt_utils.union_relations(relations=[ref('x'), source('shop', 'y')]) }}"
    assert uses(model(union)) == ["select dw.x", "select shop.y"]
    star = "select {{ dbt_utils.star(from=ref('x')) }} from {{ ref('x') }}"
    assert uses(model(star)) == ["select dw.x"]
    values = (
        "{% set v = dbt_utils.get_column_values(table=source('shop', 'kinds'), column='k') %}select 1 as a from {{ ref('x') }}"
    )
    assert uses(model(values)) == ["select dw.x", "select shop.kinds"]


@pytest.mark.parametrize(
    "path", ["dw/target/compiled/m.sql", "dw/analyses/m.sql", "dw/tests/m.sql", "dw/dbt_packages/p/models/m.sql"]
)
def test_what_dbt_does_not_build_says_nothing(path: str) -> None:
    assert uses(model("select id from {{ source('shop', 'orders') }}", path=path)) == []


def test_outside_a_project_the_names_stand_for_themselves() -> None:
    found = facts({"x/m.sql": "select 1 from {{ source('shop', 'orders') }} join {{ ref('n') }} on true"})["x/m.sql"]
    assert uses(found) == ["select shop.orders", "select n"]
    assert creations(found) == []


@pytest.mark.parametrize("text", ["select 1 from a", "select * from {{ table }}", "{% if x %}select 1 from a{% endif %}"])
def test_other_templates_are_not_dbt(text: str) -> None:
    assert not is_dbt(text)
