import pytest

from dblint.queryfiles import is_query_file
from dblint.queryfiles.blocks import blocks
from dblint.queryfiles.reading import read
from tests.queryfiles.reading import statuses, uses


@pytest.mark.parametrize(
    "header",
    [
        "-- name: get_user",
        "-- name: get_user^",
        "-- name: get_user$",
        "-- name: get_user!",
        "-- name: get_user<!",
        "-- name: get_user*!",
        "-- name: get_user#",
        "--name:get_user(id, name)^",
        "-- name: get-user :one",
        "-- :name get_user :one",
        "-- :name get_user :many :*",
        "-- :name get_user :insert",
        "-- name: GetUser :execrows",
    ],
)
def test_a_header_of_every_library_opens_a_query(header: str) -> None:
    assert len(blocks(f"{header}\nselect 1 from users\n")) == 1


@pytest.mark.parametrize(
    "comment",
    [
        "-- Name: users; Type: TABLE; Schema: public; Owner: app",
        "-- name: the table of users",
        "-- rename: users",
        "-- name:",
        "name: x",
    ],
)
def test_an_ordinary_comment_opens_none(comment: str) -> None:
    assert blocks(f"{comment}\nselect 1 from users;\n") == ()


def test_each_query_is_a_statement_at_its_own_lines_without_semicolons() -> None:
    text = (
        "-- name: get_user^\n-- One user.\n-- record_class: User\nselect id from users where id = :id\n\n"
        "-- name: add_order(id, total)<!\ninsert into orders (id, total) values (:id, :total) returning id\n"
    )
    assert statuses(text) == ["understood", "understood"]
    assert uses(text) == ["select users @4", "insert orders @7"]


def test_a_query_that_cannot_be_read_loses_only_itself() -> None:
    text = "-- name: a\nselect from from where (\n\n-- name: b\ndelete from carts where id = :id\n"
    assert uses(text)[-1] == "delete carts @5"


def test_a_script_that_creates_tables_is_told_as_a_change_at_run_time() -> None:
    _, events = read("-- name: create_schema#\ncreate table users (id int);\ncreate table posts (id int);\n", "generic")
    assert [(event.kind, str(event.table)) for event in events] == [("table.create", "users"), ("table.create", "posts")]


def test_a_file_of_queries_is_no_migration() -> None:
    assert is_query_file("-- name: create_schema#\ncreate table users (id int)\n")
    assert not is_query_file("create table users (id int);\n")
