"""Settings in HOCON."""

from dblint.connections.hocon import hocon


def entries(text: str) -> dict[str, str]:
    return {each.name: each.value for each in hocon(text)}


def test_keys_are_nested_dotted_and_written_with_any_sign() -> None:
    text = """
# a comment
slick.dbs.default {
  profile = "slick.jdbc.PostgresProfile$"   // another
  db { url: "jdbc:postgresql://db:5432/shop", user = app }
}
db.default.driver=org.postgresql.Driver
list = [1, { url = "x" }, 2]
"""
    assert entries(text) == {
        "slick.dbs.default.profile": "slick.jdbc.PostgresProfile$",
        "slick.dbs.default.db.url": "jdbc:postgresql://db:5432/shop",
        "slick.dbs.default.db.user": "app",
        "db.default.driver": "org.postgresql.Driver",
    }


def test_the_last_value_counts_and_an_optional_variable_keeps_the_one_before() -> None:
    text = 'db.url = "jdbc:h2:mem"\ndb.url = "jdbc:postgresql://db/shop"\ndb.url = ${?DATABASE_URL}\nother = ${?OTHER}\n'
    assert entries(text) == {"db.url": "${DATABASE_URL:-jdbc:postgresql://db/shop}", "other": "${OTHER}"}


def test_other_keys_are_put_in_and_texts_beside_each_other_are_one() -> None:
    text = 'storage { host = db, name = trips\n url = "jdbc:postgresql://"${storage.host}":5432/"${storage.name} }\n'
    assert entries(text)["storage.url"] == "jdbc:postgresql://db:5432/trips"


def test_no_password_is_kept() -> None:
    found = entries('db.default.password = "hunter2"\ndb.default.url = "jdbc:postgresql://u:hunter2@db/shop"\n')
    assert "hunter2" not in str(found)


def test_lines_are_those_of_the_values() -> None:
    assert [each.line for each in hocon("a = 1\n\nb {\n  c = 2\n}\n")] == [1, 4]


def test_what_never_closes_ends() -> None:
    assert entries("a {\n" * 1000 + "b = 1\n")
