import time

import pytest

from dblint.config.dsn import database_of, parse
from dblint.config.secrets import cleaned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://u:p@db:5432/shop", "postgresql://db/shop"),
        ("postgres://db/shop", "postgresql://db/shop"),
        ("postgresql+psycopg2://u:p@db/shop?sslmode=require", "postgresql://db/shop"),
        ("mysql+pymysql://u:p%40q@h:3306/d", "mysql://h/d"),
        ("postgresql://u:p@ss/w?o#rd@db/shop", "postgresql://db/shop"),
        ("postgresql://db/shop?user=u&password=p", "postgresql://db/shop"),
        ("postgresql:///shop?host=db&port=6543", "postgresql://db:6543/shop"),
        ("postgresql://u:${PASSWORD:-a@b}@${DB_HOST}:${DB_PORT}/shop", "postgresql://${DB_HOST}:${DB_PORT}/shop"),
        ("postgresql://u:p@${DB_HOST:-db}:5432/shop", "postgresql://${DB_HOST:-db}/shop"),
        ("postgresql://u:p@db:${?}/shop", "postgresql://db/shop"),
        ("postgresql://u:p@db:${?}/shop?sslmode=require", "postgresql://db/shop"),
        ("postgresql://u:p@[::1]:5432/shop", "postgresql://[::1]/shop"),
        ("jdbc:postgresql://db:5432/shop?user=u&password=p", "postgresql://db/shop"),
        ("jdbc:sqlserver://h:1433;databaseName=shop;user=u;password=p", "sqlserver://h/shop"),
        ("jdbc:oracle:thin:u/p@//h:1521/svc", "oracle://h/svc"),
        ("mongodb+srv://u:p@cluster.example.net/shop", "mongodb://cluster.example.net/shop"),
        ("redis://:p@cache:6379/0", "redis://cache/0"),
        ("sqlite:///data/app.db", "sqlite:///data/app.db"),
        ("u:p@tcp(db:3306)/shop?parseTime=true", "mysql://db/shop"),
        ("mysql://u:p@tcp(db:3306)/shop", "mysql://db/shop"),
        ("host=db port=5432 dbname=shop user=u password='p w'", "postgresql://db/shop"),
        ("host = db dbname = shop user = u", "postgresql://db/shop"),
        ("host=db user=u dbname= sslmode=disable", "postgresql://db/u"),
        ("Server=tcp:h,1433;Initial Catalog=shop;User Id=u;Password=p=q;", "sqlserver://h/shop"),
        ("Host=db;Port=5432;Database=shop;Username=u;Password=p", "postgresql://db/shop"),
        ("postgresql://u@db", "postgresql://db/u"),
        ("Server=db;Username=postgres;Password=p;", "postgresql://db/postgres"),
        ("Server=db;Port=5432;Database=shop;User Id=u;Password=p", "postgresql://db/shop"),
        ("Data Source=discountdb", "sqlite:///discountdb"),
        ("host=rabbitmq:5672;username=u;password=p", ""),
        ("host=queue;virtualHost=shop;username=u;password=p", ""),
        ("Server=db;Port=3306;Database=shop;Uid=u;Pwd=p", "mysql://db/shop"),
        ("Data Source=app.db", "sqlite:///app.db"),
        ("Data Source=:memory:", "sqlite:memory:"),
        ("sqlite://", "sqlite:memory:"),
        ("sqlite:///:memory:", "sqlite:memory:"),
        ("sqlite+aiosqlite:////srv/app.db", "sqlite:////srv/app.db"),
        ("file:app.db?mode=memory", ""),
        ("jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1", "h2:memory:"),
        ("jdbc:h2:file:./data/shop", "h2:///./data/shop"),
        ("jdbc:h2:tcp://db/shop", "h2://db/shop"),
        ("jdbc:hsqldb:mem:shop", "hsqldb:memory:"),
        ("jdbc:hsqldb:hsql://db/shop", "hsqldb://db/shop"),
        ("jdbc:derby:memory:shop;create=true", "derby:memory:"),
        ("jdbc:tc:postgresql:16:///shop", "postgresql:memory:"),
        ("jdbc:mysql:replication://db/shop", "mysql://db/shop"),
        ("jdbc:mariadb://db/shop", "mysql://db/shop"),
        ("jdbc:p6spy:postgresql://db/shop", "postgresql://db/shop"),
        ("jdbc:jtds:sqlserver://db:1433/shop", "sqlserver://db/shop"),
        (r"jdbc:sqlserver://db\\sql1;databaseName=shop", "sqlserver://db/shop"),
        ("r2dbc:pool:postgresql://db:5433/shop", "postgresql://db:5433/shop"),
        ("jdbc:oracle:thin:@db:1521:orcl", "oracle://db/orcl"),
        ("u/p@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1522))(CONNECT_DATA=(SERVICE_NAME=s)))", "oracle://db:1522/s"),
        ("mysql:host=db;port=3306;dbname=shop", "mysql://db/shop"),
        ("pgsql:host=db;dbname=shop", "postgresql://db/shop"),
        ("mongodb://u:p@b:27017,a:27017/shop?replicaSet=r", "mongodb://a,b/shop"),
        ("rediss://:p@cache:6380/2", "redis://cache:6380/2"),
        ("cassandra://node/shop", "cassandra://node/shop"),
        ("http://influx:8086", "http://influx:8086"),
        ("root:p@unix(/run/mysqld.sock)/shop", "mysql:///shop"),
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
        "postgresql://db/shop?user=app&password=canary@canary/canary",
        "app:canary@tcp(db:3306)/shop",
        "app:can@canary/canary@tcp(db:3306)/shop",
        "jdbc:oracle:thin:app/canary@//db:1521/shop",
        "Host=db;Database=shop;Username=app;Password=a canary;SSL Mode=Require",
        "Server=db;Database=shop;User Id=app;Password='canary;canary'",
        "host=db dbname=shop user=app password='a canary'",
        "postgresql://app:${PASSWORD:-canary}@db/shop",
        "mongodb://app:canary@a,b/shop?authSource=admin",
    ],
)
def test_the_user_is_kept_and_the_password_is_not(text: str) -> None:
    found = parse(text)
    assert found is not None
    assert found.user == "app"
    assert "canary" not in repr(found)


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("postgresql://${DB_USER:-app}:${DB_PASSWORD:-canary}@db/shop", "${DB_USER:-app}"),
        ("redis://${REDIS_PASSWORD:-canary}@db/0", ""),
    ],
)
def test_a_user_may_be_one_of_the_environment_with_a_default_and_a_password_none(text: str, user: str) -> None:
    found = parse(text)
    assert found is not None
    assert found.user == user
    assert "canary" not in cleaned(text)


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("jdbc:postgresql://db/shop?currentSchema=orders,public", "orders"),
        ("postgresql://db/shop?options=-csearch_path%3Dorders", "orders"),
        ("host=db dbname=shop options='-c search_path=orders'", "orders"),
        ("Host=db;Database=shop;Search Path=orders", "orders"),
        ("postgresql://db/shop?schema=orders", "orders"),
        ("postgresql://db/shop", ""),
    ],
)
def test_the_default_schema_is_read(text: str, schema: str) -> None:
    found = parse(text)
    assert found is not None
    assert found.schema == schema


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://db/shop?target_session_attrs=read-only", True),
        ("jdbc:postgresql://db/shop?targetServerType=secondary", True),
        ("Server=db;Database=shop;ApplicationIntent=ReadOnly", True),
        ("mongodb://db/shop?readPreference=secondary", True),
        ("postgresql://db/shop?target_session_attrs=read-write", False),
    ],
)
def test_a_connection_for_reading_only_is_known(text: str, expected: bool) -> None:
    found = parse(text)
    assert found is not None
    assert found.read_only is expected


@pytest.mark.parametrize("text", ["a" * 1_000_000, "= " * 500_000, "postgresql://" + "@" * 1_000_000, "a b " * 250_000 + "="])
def test_a_megabyte_of_anything_is_read_in_a_second(text: str) -> None:
    start = time.process_time()
    parse(text)
    assert time.process_time() - start < 2
