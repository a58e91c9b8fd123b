"""The checks of database users that services share, and of links between databases."""

from msgspec.structs import replace

from dblint.model.facts import Connection
from dblint.model.schema import SchemaEvent, TableName
from tests.judge.factories import SHOP, a_change, a_connection, a_service, a_system, a_table, an_access, an_id, drafts


def as_user(user: str, service: str, database: str = SHOP, environment: str = "", *, complete: bool = True) -> Connection:
    return replace(a_connection(service, database), user=user, environment=environment, complete=complete)


def test_two_services_that_are_one_user_are_told_with_each_other_as_evidence() -> None:
    first, second = drafts("credentials", a_system(as_user("app", "billing"), as_user("app", "orders")))
    assert (first.service, second.service) == ("billing", "orders")
    assert first.message.startswith("billing logs in to postgresql://db/shop as app, like orders:")
    assert first.evidence[0].message == "orders is app too: compose.yaml:4"
    assert first.table == an_id("*")


def test_users_of_their_own_unknown_users_and_other_databases_are_no_finding() -> None:
    for pair in (
        (as_user("billing", "billing"), as_user("orders", "orders")),
        (as_user("", "billing"), as_user("", "orders")),
        (as_user("${DB_USER}", "billing"), as_user("${DB_USER}", "orders")),
        (as_user("app", "billing"), as_user("app", "orders", "postgresql://db/orders")),
        (as_user("app", "billing", "sqlite:memory:billing"), as_user("app", "orders", "sqlite:memory:billing")),
        (as_user("app", "billing", environment="dev"), as_user("app", "orders", environment="prod")),
    ):
        assert not drafts("credentials", a_system(*pair))


def test_a_user_that_several_environments_share_is_told_once() -> None:
    links = [as_user("app", name, environment=where) for name in ("billing", "orders") for where in ("", "prod")]
    assert len(drafts("credentials", a_system(*links))) == 2


def test_a_server_that_no_setting_names_makes_it_less_certain() -> None:
    found = drafts("credentials", a_system(as_user("app", "billing", complete=False), as_user("app", "orders")))
    assert [(draft.lowered, draft.confidence) for draft in found] == [(1, "convention")] * 2


def test_folders_of_definitions_log_in_as_whoever_they_like() -> None:
    services = [a_service("ddl", "schema"), a_service("orders")]
    assert not drafts("credentials", a_system(as_user("app", "ddl"), as_user("app", "orders"), services=services))


def test_a_server_is_told_where_no_foreign_table_tells_of_it() -> None:
    server = a_change(table="crm", kind="fdw.server")
    assert [draft.table.name for draft in drafts("link", a_system(server))] == ["*"]
    event = SchemaEvent(
        "fdw.create_foreign_table", TableName("invoices"), object="crm", reads=(TableName("invoices", "public"),)
    )
    (draft,) = drafts("link", a_system(server, replace(a_change(kind="fdw.create_foreign_table"), event=event)))
    assert draft.message.startswith("orders makes the foreign table invoices for public.invoices of the server crm:")


def test_a_statement_through_a_link_names_the_owner_and_where_the_link_is_made() -> None:
    system = a_system(a_table(), an_access(via=("link CRM",)), a_change(table="crm", kind="fdw.server"))
    _, draft = drafts("link", system)
    assert (draft.owner, draft.mode, draft.statement) == ("billing", "read", 1)
    assert "reads invoices, which billing owns, in another database through the link CRM:" in draft.message
    assert [each.kind for each in draft.evidence] == ["migration", "link"]


def test_a_link_to_tables_of_the_service_itself_is_its_own_affair() -> None:
    assert not drafts("link", a_system(a_table(owner="orders"), an_access(via=("dblink",))))


def test_what_a_view_or_a_library_leads_through_is_no_link() -> None:
    assert not drafts("link", a_system(a_table(), an_access(via=("view totals", "common"))))
