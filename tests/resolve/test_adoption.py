"""A folder of scripts that says nothing of its database has that of those who use its tables."""

from pathlib import Path

import pytest

from dblint.config.model import Configuration
from dblint.pipeline import analyse
from tests.connections.trees import plant

COMPOSE = (
    "services:\n  db: {image: postgres}\n"
    "  orders: {build: ./orders, environment: {DATABASE_URL: 'postgres://u@db/shop'}}\n"
    "  stock: {build: ./stock, environment: {DATABASE_URL: 'postgres://u@db/{stock}'}}\n"
)
CODE = "import os, psycopg\ndb = psycopg.connect(os.environ['DATABASE_URL'])\ndb.execute('select id from {table}')\n"
FILES = {
    "orders/Dockerfile": "FROM python\n",
    "stock/Dockerfile": "FROM python\n",
    "orders/app.py": CODE.replace("{table}", "sales.orders"),
    "database/init.sql": "create table sales.orders (id int);\n",
}


def databases(root: Path, stock: str, stock_reads: str) -> dict[str, str | None]:
    plant(
        root,
        FILES | {"docker-compose.yml": COMPOSE.replace("{stock}", stock), "stock/app.py": CODE.replace("{table}", stock_reads)},
    )
    tables = analyse(root, Configuration()).system.tables
    return {table.id.name: table.id.database for table in tables if table.id.name == "orders"}


def test_the_database_of_all_who_use_its_tables(tmp_path: Path) -> None:
    assert databases(tmp_path, "stock", "items") == {"orders": "postgresql://db/shop"}


def test_a_script_that_turns_to_another_database_of_the_tree_is_for_that(tmp_path: Path) -> None:
    more = {
        "docker-compose.yml": COMPOSE.replace("{stock}", "stock"),
        "stock/app.py": CODE.replace("{table}", "items"),
        "database/stock.sql": "create database stock;\nuse stock;\ncreate table items (id int);\n",
    }
    plant(tmp_path, FILES | more)
    found = {table.id.name: table.id.database for table in analyse(tmp_path, Configuration()).system.tables}
    assert found["items"] == "postgresql://db/stock"


def test_no_database_where_its_users_have_different_ones(tmp_path: Path) -> None:
    assert databases(tmp_path, "stock", "sales.orders") == {"orders": None}


def test_the_only_database_of_the_tree_where_nobody_is_known_to_use_it(tmp_path: Path) -> None:

    contents = FILES | {
        "orders/app.py": CODE.replace("{table}", "items"),
        "docker-compose.yml": COMPOSE.replace("{stock}", "shop"),
    }
    plant(tmp_path, contents | {"stock/app.py": "import os\n"})
    tables = analyse(tmp_path, Configuration()).system.tables
    assert [table.id.database for table in tables if table.id.name == "orders"] == ["postgresql://db/shop"]


@pytest.mark.parametrize(
    ("readers", "expected"),
    [(("stock",), "stock"), (("orders", "stock"), "database"), ((), "database")],
    ids=["one", "two", "none"],
)
def test_what_the_container_of_a_database_makes_is_that_of_its_only_user(
    readers: tuple[str, ...], expected: str, tmp_path: Path
) -> None:
    mounted = COMPOSE.replace(
        "image: postgres", "image: postgres, volumes: ['./database/init.sql:/docker-entrypoint-initdb.d/1.sql']"
    )
    code = {name: CODE.replace("{table}", "products" if name in readers else "sales.orders") for name in ("orders", "stock")}
    made = {"database/init.sql": "create table products (id int);\ninsert into products values (1);\n"}
    files = FILES | made | {f"{name}/app.py": text for name, text in code.items()}
    plant(tmp_path, files | {"docker-compose.yml": mounted.replace("{stock}", "shop")})
    tables = analyse(tmp_path, Configuration()).system.tables
    assert [table.owner for table in tables if table.id.name == "products"] == [expected]
