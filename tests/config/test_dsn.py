import time

import pytest

from dblint.config.dsn import database_of, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://u:p@db:5432/shop", "postgresql://db:5432/shop"),
        ("postgres://db/shop", "postgresql://db/shop"),
        ("postgresql+psycopg2://u:p@db/shop?sslmode=require", "postgresql://db/shop"),
        ("mysql+pymysql://u:p%40q@h:3306/d", "mysql://h:3306/d"),
        ("postgresql://u:p@ss/w?o#rd@db/shop", "postgresql://db/shop"),
        ("postgresql://db/shop?user=u&password=p", "postgresql://db/shop"),
        ("postgresql:///shop?host=db&port=6543", "postgresql://db:6543/shop"),
        ("postgresql://u:${PASSWORD:-a@b}@${DB_HOST}:${DB_PORT}/shop", "postgresql://${DB_HOST}:${DB_PORT}/shop"),
        ("postgresql://u:p@${DB_HOST:-db}:5432/shop", "postgresql://${DB_HOST:-db}:5432/shop"),
        ("postgresql://u:p@[::1]:5432/shop", "postgresql://[::1]:5432/shop"),
        ("jdbc:postgresql://db:5432/shop?user=u&password=p", "postgresql://db:5432/shop"),
        ("jdbc:sqlserver://h:1433;databaseName=shop;user=u;password=p", "sqlserver://h:1433/shop"),
        ("jdbc:oracle:thin:u/p@//h:1521/svc", "oracle://h:1521/svc"),
        ("mongodb+srv://u:p@cluster.example.net/shop", "mongodb://cluster.example.net/shop"),
        ("redis://:p@cache:6379/0", "redis://cache:6379/0"),
        ("sqlite:///data/app.db", "sqlite:///data/app.db"),
        ("u:p@tcp(db:3306)/shop", ""),
        ("mysql://u:p@tcp(db:3306)/shop", "mysql://db:3306/shop"),
        ("host=db port=5432 dbname=shop user=u password='p w'", "postgresql://db:5432/shop"),
        ("Server=tcp:h,1433;Initial Catalog=shop;User Id=u;Password=p=q;", "sqlserver://h:1433/shop"),
        ("Host=db;Port=5432;Database=shop;Username=u;Password=p", "postgresql://db:5432/shop"),
        ("shop", ""),
        ("", ""),
        ("://", ""),
    ],
)
def test_a_connection_string_names_its_database(text: str, expected: str) -> None:
    assert database_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://app:canary@db/shop",
        "postgresql://app:canary@canary/x?canary#canary@db/shop",
        "jdbc:mysql://db/shop?user=app&password=canary",
        "host=db dbname=shop user=app password=canary",
        "Server=db;Database=shop;User Id=app;Pwd=canary",
        "jdbc:sqlserver://db;databaseName=shop;user=app;password=canary",
    ],
)
def test_the_user_is_kept_and_the_password_is_not(text: str) -> None:
    found = parse(text)
    assert found is not None
    assert found.user == "app"
    assert "canary" not in repr(found)


@pytest.mark.parametrize("text", ["a" * 1_000_000, "= " * 500_000, "postgresql://" + "@" * 1_000_000, "a b " * 250_000 + "="])
def test_a_megabyte_of_anything_is_read_in_a_second(text: str) -> None:
    start = time.perf_counter()
    parse(text)
    assert time.perf_counter() - start < 2
