"""Questions to the coupling."""

import subprocess
import sys

import pytest

from dblint.graph import Coupling
from dblint.model.facts import Evidence
from dblint.model.place import Place
from tests.judge.factories import (
    SHOP,
    a_change,
    a_connection,
    a_join,
    a_mapping,
    a_reference,
    a_service,
    a_system,
    a_table,
    an_access,
    an_id,
)


def test_the_owner_of_a_table_is_the_one_the_system_names() -> None:
    coupling = Coupling(a_system(a_table()))
    assert coupling.owner_of(an_id()) == "billing"
    assert coupling.table(an_id()) == a_table()


def test_a_table_nobody_knows_has_no_owner_and_is_foreign_to_nobody() -> None:
    coupling = Coupling(a_system())
    assert coupling.owner_of(an_id("nothing")) is None
    assert not coupling.is_foreign("orders", an_id("nothing"))


def test_the_same_name_in_another_database_is_another_table() -> None:
    coupling = Coupling(a_system(a_table(), a_table(owner="orders", database="postgresql://db/other")))
    assert coupling.is_foreign("orders", an_id())
    assert not coupling.is_foreign("orders", an_id(database="postgresql://db/other"))


@pytest.mark.parametrize("kind", ["framework", "external"])
def test_a_framework_or_external_table_is_foreign_to_nobody(kind: str) -> None:
    assert not Coupling(a_system(a_table(kind=kind))).is_foreign("orders", an_id())


def test_a_contested_table_is_foreign_only_to_those_who_do_not_claim_it() -> None:
    coupling = Coupling(a_system(a_table(owner=None, contested=("billing", "orders"))))
    assert not coupling.is_foreign("orders", an_id())
    assert coupling.is_foreign("crm", an_id())
    assert coupling.holders(an_id()) == ("billing", "orders")


def test_a_folder_of_definitions_reaches_into_nobodys_data() -> None:
    system = a_system(a_table(), an_access("ddl", mode="write"), services=[a_service("ddl", "schema")])
    assert Coupling(system).foreign_accesses() == ()


def test_the_consumers_of_a_table_are_the_services_other_than_its_owner_with_all_they_do() -> None:
    mine, reading, writing = an_access("billing"), an_access("orders"), an_access("orders", mode="write", statement=2)
    coupling = Coupling(a_system(a_table(), mine, reading, writing, an_access("crm")))
    consumers = coupling.consumers_of(an_id())
    assert [consumer.service for consumer in consumers] == ["crm", "orders"]
    assert consumers[1].accesses == (reading, writing)
    assert coupling.accesses_of("billing") == (mine,)
    assert coupling.foreign_accesses() == (reading, writing, an_access("crm"))


def test_a_read_through_the_owners_view_is_told_by_the_read_of_the_view() -> None:
    view = a_table("invoice_totals", kind="view")
    through = an_access(via=("public.invoice_totals",))
    direct = an_access(table="invoice_totals")
    assert Coupling(a_system(a_table(), view, through, direct)).foreign_accesses() == (direct,)


def test_a_read_through_the_readers_own_view_stays_a_foreign_access() -> None:
    view = a_table("order_totals", owner="orders", kind="view")
    through = an_access(via=("order_totals",))
    assert Coupling(a_system(a_table(), view, through)).foreign_accesses() == (through,)


def test_a_join_counts_when_its_tables_have_different_owners() -> None:
    mine, theirs = a_table("orders", "orders"), a_table()
    across, inside = a_join(), a_join(tables=("invoices", "invoice_lines"))
    coupling = Coupling(a_system(mine, theirs, a_table("invoice_lines"), across, inside))
    assert coupling.joins_between() == (across,)


def test_a_join_with_a_table_without_owner_is_no_join_of_two_owners() -> None:
    assert not Coupling(a_system(a_table(), a_table("orders", None), a_join())).joins_between()


def test_a_foreign_key_across_owners_is_charged_to_the_service_that_states_it() -> None:
    system = a_system(a_table(), a_table("orders", "orders"), a_reference())
    assert Coupling(system).references_across() == (a_reference(),)


def test_a_foreign_key_in_a_folder_of_definitions_is_charged_to_the_owner_of_the_referring_table() -> None:
    services = [a_service("ddl", "schema"), a_service("orders"), a_service("billing")]
    system = a_system(a_table(), a_table("orders", "orders"), a_reference("ddl"), services=services)
    assert [reference.service for reference in Coupling(system).references_across()] == ["orders"]


def test_a_foreign_key_in_a_folder_of_definitions_between_tables_of_one_owner_or_of_nobody_is_nobodys() -> None:
    services = [a_service("ddl", "schema")]
    tables = (a_table(), a_table("lines", "billing"), a_table("loose", None))
    references = (a_reference("ddl", "lines"), a_reference("ddl", "loose"))
    assert Coupling(a_system(*tables, *references, services=services)).references_across() == ()


def test_a_relation_that_the_database_does_not_enforce_is_a_soft_reference() -> None:
    system = a_system(a_table(), a_table("orders", "orders"), a_reference(enforced=False))
    assert Coupling(system).references_across() == ()


def test_a_claim_is_a_creation_before_a_model_before_a_write() -> None:
    write, model, creation = an_access(mode="write"), a_mapping(), a_change(kind="table.create")
    table = a_table()
    assert Coupling(a_system(table, write)).claim("orders", an_id()) == write.place
    assert Coupling(a_system(table, write, model)).claim("orders", an_id()) == model.place
    assert Coupling(a_system(table, write, model, creation)).claim("orders", an_id()) == creation.place
    assert Coupling(a_system(table, an_access(), a_mapping(managed=False))).claim("orders", an_id()) is None


def test_a_connection_is_taken_from_the_settings_before_the_first_use() -> None:
    stated, used = a_connection("orders"), an_access("billing")
    links = Coupling(a_system(a_table(), stated, used, an_access("orders"))).connections
    assert [(link.service, link.database, link.place) for link in links] == [
        ("billing", SHOP, used.place),
        ("orders", SHOP, stated.place),
    ]


def test_a_table_in_an_unknown_database_connects_nobody() -> None:
    unknown = an_id(database=None)
    assert Coupling(a_system(a_table(database=None), an_access(table=unknown))).connections == ()


@pytest.mark.parametrize(
    "name", ["invoices", "INVOICES", "sales.invoices", "Sales.Invoices", '"invoices"', "postgresql://db/shop.sales.invoices"]
)
def test_a_table_is_found_by_its_bare_or_qualified_name_in_any_case(name: str) -> None:
    coupling = Coupling(a_system(a_table("Invoices", schema="sales"), a_table("orders")))
    assert coupling.find(name) == (an_id("Invoices", "sales"),)
    assert coupling.is_named(an_id("Invoices", "sales"), name)


def test_a_qualified_name_does_not_find_a_table_of_another_schema() -> None:
    coupling = Coupling(a_system(a_table(schema="sales"), a_table(schema="archive")))
    assert coupling.find("archive.invoices") == (an_id(schema="archive"),)
    assert coupling.find("invoices") == (an_id(schema="archive"), an_id(schema="sales"))


def test_a_misspelt_name_finds_the_similar_ones_and_they_are_not_named_so() -> None:
    coupling = Coupling(a_system(a_table(), a_table("customers")))
    assert coupling.find("invoces") == (an_id(),)
    assert not coupling.is_named(an_id(), "invoces")
    assert coupling.find("zzz") == ()


def test_tables_of_unknown_schema_or_database_can_be_sorted() -> None:
    found = Coupling(a_system(a_table(schema="a"), a_table(), a_table(database=None))).find("invoices")
    assert len(found) == 3


def test_asking_for_owners_and_consumers_does_not_load_networkx() -> None:
    code = "import sys, dblint.graph, dblint.judge; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_evidence_of_a_table_is_kept_as_it_is() -> None:
    evidence = (Evidence("declared", Place("dblint.yaml", 2)),)
    found = Coupling(a_system(a_table(evidence=evidence))).table(an_id())
    assert found is not None
    assert found.evidence == evidence


def test_a_database_that_is_only_assumed_connects_nobody() -> None:
    assumed = an_id(database="assumed:billing")
    uses = (an_access(table=assumed), an_access("billing", assumed))
    assert Coupling(a_system(a_table(database="assumed:billing"), *uses)).connections == ()


def test_data_that_only_a_folder_of_definitions_creates_is_nobodys_own() -> None:
    services = [a_service("ddl", "schema"), a_service("orders")]
    system = a_system(a_table("status", "ddl"), an_access(table="status"), services=services)
    assert Coupling(system).foreign_accesses() == ()
    declared = a_table("status", "ddl", evidence=(Evidence("declared", Place("dblint.yaml", 3)),))
    assert len(Coupling(a_system(declared, an_access(table="status"), services=services)).foreign_accesses()) == 1
