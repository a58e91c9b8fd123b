"""Each check on small systems."""

from typing import Any

import msgspec
import pytest

from dblint.judge.checks.access import Options as AccessOptions
from dblint.judge.checks.scope import matches
from dblint.model.facts import Evidence
from dblint.model.place import Place
from tests.judge.factories import (
    SHOP,
    a_change,
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
    drafts,
)

READ, WRITE = AccessOptions(modes=("read",)), AccessOptions(modes=("write", "lock"))


# access


def test_a_read_of_anothers_table_says_what_breaks_and_how_we_know() -> None:
    (draft,) = drafts("access", a_system(a_table(), an_access()), READ)
    assert draft.message == "orders reads invoices.total, which billing owns: when billing changes that column, orders breaks"
    assert [found.message for found in draft.evidence] == ["billing owns invoices: billing/migrations/0001.sql:3 creates it"]
    assert (draft.service, draft.owner, draft.place, draft.mode) == ("orders", "billing", a_place(), "read")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (("id", "total"), "orders reads invoices (id, total), which billing owns: when billing changes one of these columns,"),
        (("*",), "orders reads invoices, which billing owns: when billing changes invoices,"),
        (None, "orders reads invoices, which billing owns: when billing changes invoices,"),
        ((), "orders reads invoices, which billing owns: when billing changes invoices,"),
        (tuple("abcdefg"), "orders reads invoices (a, b, c, d and 3 more), which billing owns:"),
    ],
)
def test_a_message_names_the_columns_that_are_known(columns: tuple[str, ...] | None, words: str) -> None:
    (draft,) = drafts("access", a_system(a_table(), an_access(columns=columns)), READ)
    assert draft.message.startswith(words)


@pytest.mark.parametrize(
    ("mode", "action", "words"),
    [
        ("write", "insert", "orders inserts into invoices.total, which billing owns: billing's own checks and events"),
        ("write", "update", "orders updates invoices.total"),
        ("write", "delete", "orders deletes from invoices, which"),
        ("write", "truncate", "orders empties invoices, which"),
        ("write", "upsert", "orders inserts into or updates invoices"),
        ("write", "copy", "orders loads data into invoices"),
        ("lock", "lock", "orders locks rows of invoices, which billing owns: billing has to wait for orders"),
    ],
)
def test_a_write_says_what_is_done(mode: Any, action: Any, words: str) -> None:
    (draft,) = drafts("access", a_system(a_table(), an_access(mode=mode, action=action)), WRITE)
    assert draft.message.startswith(words)


def test_reads_are_no_writes_and_the_other_way_round() -> None:
    assert not drafts("access", a_system(a_table(), an_access()), WRITE)
    assert not drafts("access", a_system(a_table(), an_access(mode="write")), READ)
    assert not drafts("access", a_system(a_table(), an_access(mode="ddl")))


def test_the_owner_may_use_its_own_table() -> None:
    assert not drafts("access", a_system(a_table(), an_access("billing"), an_access("billing", mode="write")))


def test_one_statement_is_one_draft_with_all_its_columns() -> None:
    uses = (an_access(), an_access(columns=("id",), place=a_place(line=8)))
    (draft,) = drafts("access", a_system(a_table(), *uses), READ)
    assert "invoices (id, total)" in draft.message
    assert draft.place.line == 6


def test_two_statements_are_two_drafts() -> None:
    system = a_system(a_table(), an_access(), an_access(statement=2, place=a_place(line=9)))
    assert [draft.place.line for draft in drafts("access", system, READ)] == [6, 9]


def test_a_claimed_table_has_no_owner_and_its_claims_are_the_evidence() -> None:
    table = a_table(owner=None, contested=("billing", "crm"), creators=("billing", "crm"))
    claims = (a_change("billing", kind="table.create"), a_change("crm", kind="table.create"))
    (draft,) = drafts("access", a_system(table, *claims, an_access()), READ)
    assert draft.owner is None
    assert "which billing and crm both claim: when billing or crm changes that column" in draft.message
    assert [found.message for found in draft.evidence] == [
        "billing claims invoices: billing/migrations/0001.sql:1",
        "crm claims invoices: crm/migrations/0001.sql:1",
    ]


def test_the_way_to_the_table_and_the_doubt_are_evidence() -> None:
    use = an_access(confidence="guess", via=("Invoice", "load_invoice"))
    (draft,) = drafts("access", a_system(a_table(), use), READ)
    assert [found.kind for found in draft.evidence] == ["migration", "via", "confidence"]
    assert draft.evidence[1].message == "reached through Invoice, then load_invoice"
    assert draft.confidence == "guess"


def test_a_guessed_owner_makes_the_whole_draft_a_guess() -> None:
    (draft,) = drafts("access", a_system(a_table(confidence="guess"), an_access()), READ)
    assert draft.confidence == "guess"
    assert draft.evidence[-1].message == "that billing owns invoices is a guess"


@pytest.mark.parametrize(
    ("confidence", "database", "words"),
    [
        ("configured", SHOP, "a setting of the project completes it"),
        ("configured", None, "which database this is could not be established"),
        ("configured", "assumed:billing", "which database this is could not be established"),
        ("convention", None, "the framework's naming rule gives it"),
        ("guess", SHOP, "it could be another one"),
    ],
)
def test_a_doubt_says_what_is_doubtful(confidence: Any, database: str | None, words: str) -> None:
    table = an_id(database=database)
    (draft,) = drafts("access", a_system(a_table(database=database), an_access(table=table, confidence=confidence)), READ)
    assert draft.evidence[-1].message.endswith(words)


def test_sql_that_nothing_is_seen_to_run_is_called_so() -> None:
    access = msgspec.structs.replace(an_access(confidence="convention"), how="sql")
    (draft,) = drafts("access", a_system(a_table(), access), READ)
    assert draft.evidence[-1].message == "it is SQL by the look of the text: what runs it was not seen"


def test_that_nobody_owns_a_table_is_not_called_a_guess() -> None:
    (draft,) = drafts("ownerless", a_system(a_table(owner=None, confidence="guess"), an_access()))
    assert draft.evidence == ()


def test_one_certain_use_in_a_statement_makes_it_certain() -> None:
    uses = (an_access(confidence="guess", place=a_place(line=1)), an_access(place=a_place(line=8)))
    (draft,) = drafts("access", a_system(a_table(), *uses), READ)
    assert (draft.confidence, draft.place.line) == ("explicit", 8)


def test_reading_a_view_that_the_owner_publishes_is_milder() -> None:
    system = a_system(a_table("invoice_totals", kind="view"), an_access(table="invoice_totals"))
    (draft,) = drafts("access", system, READ)
    assert draft.lowered == 1
    assert "reads the view invoice_totals.total" in draft.message


def test_default_schemas_are_not_shown_and_others_are() -> None:
    for schema, shown in (("public", "invoices.total"), ("sales", "sales.invoices.total")):
        system = a_system(a_table(schema=schema), an_access(table=an_id(schema=schema)))
        assert f"orders reads {shown}, which" in drafts("access", system, READ)[0].message


def test_a_rule_can_be_narrowed_to_services_tables_and_stores() -> None:
    system = a_system(a_table(), an_access(), an_access("crm"))
    assert [draft.service for draft in drafts("access", system, AccessOptions(services=("c*",)))] == ["crm"]
    assert not drafts("access", system, AccessOptions(tables=("payments",)))
    assert len(drafts("access", system, AccessOptions(tables=("INV*",)))) == 2
    assert not drafts("access", system, AccessOptions(stores=("mongodb",)))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("invoices", True),
        ("Invoices", True),
        ("inv*", True),
        ("sales.*", True),
        ("sales.invoices", True),
        ("billing.*", True),
        ("crm.*", False),
        ("*", True),
        ("voices", False),
    ],
)
def test_a_pattern_means_a_table_by_name_schema_or_owner(pattern: str, expected: bool) -> None:
    assert matches(an_id(schema="sales"), pattern, "billing") is expected


# shape


@pytest.mark.parametrize("shape", ["star", "star.positional", "insert.nolist"])
def test_a_star_or_an_insert_without_columns_on_anothers_table_is_fragile(shape: str) -> None:
    assert len(drafts("shape", a_system(a_table(), an_access(shape=shape)))) == 1


@pytest.mark.parametrize("shape", ["cols", "count", "insert.cols", "starting"])
def test_other_shapes_are_not_fragile(shape: str) -> None:
    assert not drafts("shape", a_system(a_table(), an_access(shape=shape)))


def test_an_owner_may_select_star() -> None:
    assert not drafts("shape", a_system(a_table(), an_access("billing", shape="star")))


# join


def test_a_join_is_told_for_each_foreign_table_with_its_partners() -> None:
    tables = (a_table("orders", "orders"), a_table(), a_table("customers", "crm"))
    join = a_join(tables=("orders", "invoices", "customers"))
    uses = an_access(place=a_place(line=7))
    found = {draft.table.name: draft for draft in drafts("join", a_system(*tables, join, uses))}
    assert set(found) == {"invoices", "customers"}
    assert found["invoices"].message == (
        "orders joins invoices, which billing owns, with its own orders and customers (owned by crm): "
        "these tables can no longer be moved to separate databases"
    )
    assert found["invoices"].place.line == 7, "where the statement names the table"
    assert found["customers"].place.line == 5, "where the join stands, for want of better"


def test_a_union_is_milder_than_a_join() -> None:
    tables = (a_table("orders", "orders"), a_table())
    assert [draft.lowered for draft in drafts("join", a_system(*tables, a_join(kind="union")))] == [1]
    assert [draft.lowered for draft in drafts("join", a_system(*tables, a_join(kind="inner")))] == [0]


def test_a_join_of_two_foreign_tables_of_one_owner_is_no_join_of_owners() -> None:
    system = a_system(a_table(), a_table("lines"), a_join(tables=("invoices", "lines")))
    assert not drafts("join", system)


def test_a_self_join_is_no_join_of_owners() -> None:
    assert not drafts("join", a_system(a_table(), a_join(tables=("invoices", "invoices"))))


def test_a_seed_script_that_combines_tables_is_nobodys_join() -> None:
    tables = (a_table("orders", "orders"), a_table())
    assert not drafts("join", a_system(*tables, a_join("ddl"), services=[a_service("ddl", "schema")]))


# reference


def test_a_foreign_key_across_owners_says_whom_it_binds() -> None:
    (draft,) = drafts("reference", a_system(a_table(), a_table("orders", "orders"), a_reference()))
    assert draft.message == (
        "orders ties orders.invoice_id by a foreign key to invoices.id, which billing owns: "
        "billing cannot delete, restore or move these rows without orders"
    )
    assert (draft.table, draft.owner) == (an_id(), "billing")


def test_a_foreign_key_stated_by_model_and_migration_is_one() -> None:
    again = a_reference(place=a_place("orders/models.py", 3))
    (draft,) = drafts("reference", a_system(a_table(), a_table("orders", "orders"), a_reference(), again))
    assert draft.place.path == "orders/migrations/0002.sql"
    assert draft.evidence[-1].message == "orders/models.py:3 states the same foreign key"


def test_two_foreign_keys_to_one_table_are_two() -> None:
    again = a_reference(columns=("old_invoice_id",))
    assert len(drafts("reference", a_system(a_table(), a_table("orders", "orders"), a_reference(), again))) == 2


# routine


def test_a_view_over_anothers_table_is_told() -> None:
    (draft,) = drafts("routine", a_system(a_table(), a_routine()))
    assert draft.message.startswith("the view order_totals of orders reads invoices, which billing owns:")


def test_a_view_over_ones_own_table_is_fine() -> None:
    assert not drafts("routine", a_system(a_table(), a_routine("billing")))


def test_a_view_in_a_folder_of_definitions_is_charged_to_the_owner_of_the_view_if_there_is_one() -> None:
    services = [a_service("ddl", "schema")]
    view = a_table("order_totals", "orders", kind="view")
    assert [draft.service for draft in drafts("routine", a_system(a_table(), view, a_routine("ddl"), services=services))] == [
        "orders"
    ]
    assert not drafts("routine", a_system(a_table(), a_routine("ddl"), services=services))


# mapping and migration


def test_a_model_of_anothers_table_is_told_even_if_it_is_not_managed() -> None:
    for managed in (True, False):
        (draft,) = drafts("mapping", a_system(a_table(), a_mapping(managed=managed)))
        assert draft.message.startswith("orders declares the model Invoice for invoices, which billing owns:")
    assert not drafts("mapping", a_system(a_table(), a_mapping("billing")))


def test_a_change_of_anothers_table_names_the_columns() -> None:
    (draft,) = drafts("migration", a_system(a_table(), a_change(columns=("total",))))
    assert draft.message.startswith("orders drops invoices.total, which billing owns:")


def test_changes_of_one_statement_are_one_draft() -> None:
    system = a_system(a_table(), a_change(kind="column.add", columns=("a",)), a_change(kind="column.drop", columns=("b",)))
    (draft,) = drafts("migration", system)
    assert draft.message.startswith("orders adds invoices.a and drops invoices.b,")


def test_a_change_at_run_time_says_so() -> None:
    (draft,) = drafts("migration", a_system(a_table(), a_change(kind="table.create", tool="runtime")))
    assert draft.message.startswith("orders creates invoices at run time,")


@pytest.mark.parametrize("kind", ["grant", "data.insert", "trigger.create", "publication.create"])
def test_what_other_rules_judge_is_no_change_of_the_schema(kind: str) -> None:
    assert not drafts("migration", a_system(a_table(), a_change(kind=kind)))


@pytest.mark.parametrize("kind", ["schema", "library"])
def test_a_folder_of_definitions_may_create_and_seed_what_others_own(kind: str) -> None:
    system = a_system(
        a_table(), a_change("ddl", kind="table.create"), an_access("ddl", mode="write"), services=[a_service("ddl", kind)]
    )
    assert not drafts("migration", system)
    assert not drafts("access", system)


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        (Evidence("declared", Place("dblint.yaml", 4), "the configuration"), "billing owns invoices: dblint.yaml:4 says so"),
        (Evidence("model", Place("b/m.py", 4), "billing declares it"), "billing owns invoices: b/m.py:4 declares its model"),
        (
            Evidence("lifecycle", Place("b/a.py", 4), "billing is the only service that inserts rows"),
            "billing owns invoices: billing is the only service that inserts rows (b/a.py:4)",
        ),
        (Evidence("other", Place("b/a.py", 4)), "billing owns invoices: b/a.py:4 says so"),
    ],
)
def test_the_proof_of_ownership_reads_well_for_every_kind_of_evidence(evidence: Evidence, message: str) -> None:
    (draft,) = drafts("access", a_system(a_table(evidence=(evidence,)), an_access()), READ)
    assert draft.evidence[0].message == message


def test_an_alter_at_run_time_is_told_and_a_migration_that_cannot_be_read_is_not() -> None:
    assert len(drafts("migration", a_system(a_table(), a_change(kind="opaque", tool="runtime")))) == 1
    assert not drafts("migration", a_system(a_table(), a_change(kind="opaque", tool="alembic")))


def test_a_trigger_on_anothers_table_acts_on_it() -> None:
    (draft,) = drafts("routine", a_system(a_table(), a_routine(kind="trigger")))
    assert draft.message.startswith("the trigger order_totals of orders acts on invoices,")


@pytest.mark.parametrize(
    ("path", "lowered"), [("orders/tools/mend.sql", 2), ("orders/tools/mend.py", 0), ("orders/app.sql", 0)]
)
def test_a_script_that_operators_run_by_hand_is_worth_a_note(path: str, lowered: int) -> None:
    (draft,) = drafts("access", a_system(a_table(), an_access(place=a_place(path))))
    assert draft.lowered == lowered
