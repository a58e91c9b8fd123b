"""SQL scripts inside of deployment files are read at their places, and nothing around them is."""

import pytest

from dblint.extract.file import extract
from dblint.languages import Vocabulary
from dblint.model.tree import CARRIER
from dblint.queryfiles.carried import carries_sql, sql_of
from dblint.queryfiles.commanded import given_sql
from dblint.sql import HOLE

CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
data:
  init.sql: |
    CREATE TABLE orders (id int);
    INSERT INTO orders VALUES (1)
  notes.txt: |
    create nothing
"""
COMPOSE = """\
services: {db: {image: postgres}}
configs:
  init:
    content: |
      -- the shop
      CREATE TABLE invoices (id int);
  other:
    content: |
      listen 80;
"""
DOCKERFILE = """\
FROM postgres:16
COPY <<EOF /docker-entrypoint-initdb.d/init.sql
CREATE TABLE baskets (id int);
EOF
RUN echo "drop table x"
"""
COMMANDS = """\
services:
  seed:
    image: postgres
    command: psql -h db -U shop -c "INSERT INTO plain VALUES (1)"
  words:
    image: postgres
    entrypoint: ["psql", "-h", "db", "-c", "UPDATE flow SET a = 1"]
  list:
    image: mysql
    command:
      - mysql
      - -hdb
      - -e
      - "DELETE FROM items"
  shell:
    image: postgres
    command: ["sh", "-c", "sleep 2 && psql -c \\"TRUNCATE nested\\""]
  block:
    image: postgres
    command: |
      # psql -c "DROP TABLE old"
      psql -h db -c "
        INSERT INTO block
        SELECT id FROM $$SOURCE
      "
    healthcheck:
      test: psql -c "SELECT 1 FROM health"
"""


@pytest.mark.parametrize(
    ("path", "text", "table", "line"),
    [
        ("k8s/db.yaml", CONFIG_MAP, "orders", 5),
        ("docker-compose.yml", COMPOSE, "invoices", 6),
        ("db/Dockerfile", DOCKERFILE, "baskets", 3),
    ],
)
def test_a_script_creates_its_table_at_its_line(path: str, text: str, table: str, line: int) -> None:
    facts = extract(path, CARRIER, text.encode(), Vocabulary(frozenset()), lambda _: ())
    created = [(str(change.event.table), change.place.line, change.place.path) for change in facts.changes]
    assert created[0] == (table, line, path)


@pytest.mark.parametrize("text", [CONFIG_MAP, COMPOSE, DOCKERFILE])
def test_no_place_moves_and_only_sql_is_kept(text: str) -> None:
    kept = sql_of(text)
    assert [len(line) for line in kept.split("\n")] == [len(line) for line in text.split("\n")]
    assert not {"ConfigMap", "listen", "drop", "nothing"} & set(kept.split())


def test_what_a_compose_command_gives_to_a_client_is_read_on_its_line() -> None:
    facts = extract("compose.yml", CARRIER, COMMANDS.encode(), Vocabulary(frozenset()), lambda _: ())
    used = [
        (str(use.table), use.mode, facts.place(statement.offset).line) for statement in facts.script for use in statement.uses
    ]
    assert used == [
        ("plain", "write", 4),
        ("flow", "write", 7),
        ("items", "write", 14),
        ("nested", "write", 17),
        ("block", "write", 23),
    ]


def test_two_dollar_signs_of_compose_are_one() -> None:
    text = 'services:\n  seed:\n    command: psql -c "TRUNCATE shop_$${NAME}"\n'
    assert list(given_sql(text)) == [(3, f"TRUNCATE shop_{HOLE}")]


def test_a_file_without_a_script_carries_none() -> None:
    assert not carries_sql("kind: ConfigMap\ndata:\n  a.txt: |\n    create table orders (id int);\n")
    assert not carries_sql("FROM postgres\nRUN echo 'create table x (id int)'\n")
