"""`USE` switches the database for what follows it in a script."""

from pathlib import Path

from dblint.config.model import Configuration
from dblint.pipeline import analyse
from tests.connections.trees import plant

INIT = (
    "CREATE DATABASE orders;\nUSE orders;\nCREATE TABLE events (id int);\n"
    "CREATE DATABASE stock;\nUSE `stock`;\nCREATE TABLE events (id int);\nINSERT INTO events (id) VALUES (1);\n"
)
COMPOSE = "services:\n  m: {image: mysql}\n" + "".join(
    f"  {name}: {{build: ./{name}, environment: {{DATABASE_URL: 'mysql://u@m/{name}'}}}}\n" for name in ("orders", "stock")
)
CODE = "import os, pymysql, sqlalchemy\ndb = sqlalchemy.create_engine(os.environ['DATABASE_URL'])\n"
CODE += "db.connect().execute(sqlalchemy.text('select id from events'))\n"


def test_a_model_of_a_library_connects_none_of_those_that_take_it(tmp_path: Path) -> None:
    model = "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\nclass Base(DeclarativeBase): ...\n"
    model += "class Event(Base):\n    __tablename__ = 'events'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
    files = {f"{name}/Dockerfile": "FROM x\n" for name in ("orders", "stock")} | {
        "common/models.py": model,
        "orders/a.py": "import sqlalchemy, common.models\n" + CODE.replace("import os, pymysql, sqlalchemy\n", "import os\n"),
        "stock/a.py": "from common.models import Event\nprint(Event)\n",
    }
    plant(tmp_path, files | {"compose.yaml": COMPOSE.replace(", environment: {DATABASE_URL: 'mysql://u@m/stock'}", "")})
    analysis = analyse(tmp_path, Configuration())
    assert {mapping.service for mapping in analysis.system.mappings} == {"orders", "stock"}
    assert not [found for found in analysis.findings if found.rule == "shared-database"]


def test_each_table_is_in_the_database_that_the_script_uses(tmp_path: Path) -> None:
    files = {
        f"{name}/{file}": text for name in ("orders", "stock") for file, text in (("Dockerfile", "FROM x\n"), ("a.py", CODE))
    }
    plant(tmp_path, files | {"compose.yaml": COMPOSE, "mysql/init.sql": INIT})
    analysis = analyse(tmp_path, Configuration())
    tables = {(table.id.database, table.id.name) for table in analysis.system.tables}
    assert tables == {("mysql://m/orders", "events"), ("mysql://m/stock", "events")}
    reads = {(access.service, access.table.database) for access in analysis.system.accesses if access.mode == "read"}
    assert reads == {("orders", "mysql://m/orders"), ("stock", "mysql://m/stock")}
    assert not [found for found in analysis.findings if found.rule.startswith(("cross", "shared", "contested"))]


_FILE = "import sqlite3\ndb = sqlite3.connect('state.db')\n"
_SERVER = "import os, pymysql\ncursor = pymysql.connect(host=os.environ['HOST'], database=os.environ['NAME']).cursor()\n"
_READ = "cursor.execute('SELECT id FROM places')\n"


def _read(root: Path, code: str) -> str | None:
    plant(
        root,
        {f"{name}/Dockerfile": "FROM x\n" for name in ("orders", "stock")} | {"orders/a.py": code, "stock/a.py": "x = 1\n"},
    )
    (access,) = analyse(root, Configuration()).system.accesses
    return access.table.database


def test_a_file_beside_servers_whose_address_is_unknown_is_not_the_database_of_all_that_a_service_does(tmp_path: Path) -> None:
    elsewhere = "def ask(cursor):\n    " + _READ
    assert _read(tmp_path / "file", _FILE + elsewhere) == "sqlite:///orders/state.db"
    assert _read(tmp_path / "both", _FILE + _SERVER + elsewhere) is None


_STATED = "import os, pymysql\ncursor = pymysql.connect(host=os.environ['HOST'], database=os.environ['NAME']).cursor()\n"


def _tables(root: Path, statement: str) -> dict[str | None, str | None]:
    """The schema and owner of each table called places that there is, where a script of a database turns to stock."""
    plant(
        root,
        {f"{name}/Dockerfile": "FROM x\n" for name in ("orders", "stock")}
        | {
            "mysql/docker-entrypoint-initdb.d/1.sql": "USE stock;\nCREATE TABLE places (id int);\n",
            "orders/a.py": f"{_STATED}cursor.execute('{statement}')\n",
            "stock/a.py": "x = 1\n",
        },
    )
    return {table.id.schema: table.owner for table in analyse(root, Configuration()).system.tables}


def test_a_database_whose_name_alone_is_known_is_written_like_a_schema(tmp_path: Path) -> None:
    """`stock` there is no schema called after the service stock, which never speaks of the table."""
    assert _tables(tmp_path / "same", "INSERT INTO stock.places (id) VALUES (1)") == {None: "orders"}
    assert _tables(tmp_path / "other", "INSERT INTO sales.places (id) VALUES (1)") == {None: "mysql", "sales": None}


def _script(name: str, *tables: str) -> str:
    return f"USE {name};\n" + "".join(f"CREATE TABLE {table} (id int);\n" for table in tables)


def _reading(*tables: str) -> str:
    return _STATED + "".join(f"cursor.execute('INSERT INTO {table} (id) VALUES (1)')\n" for table in tables)  # noqa: S608 -- read only


def test_databases_of_which_scripts_say_the_names_hold_tables_of_one_name_apart(tmp_path: Path) -> None:
    shop, crm = _script("ShopDB", "settings", "orders"), _script("CrmDB", "settings", "customers")
    plant(
        tmp_path,
        {f"{name}/Dockerfile": "FROM x\n" for name in ("orders", "crm")}
        | {"sql/a.sql": shop, "sql/b.sql": crm, "sql/plain.sql": crm.partition("\n")[2]}
        | {"orders/a.py": _reading("settings", "orders"), "crm/a.py": _reading("settings", "customers")},
    )
    analysis = analyse(tmp_path, Configuration())
    owners = {(table.id.database, table.id.name): table.owner for table in analysis.system.tables}
    assert owners == {
        ("ShopDB", "settings"): "orders",
        ("ShopDB", "orders"): "orders",
        ("CrmDB", "settings"): "crm",
        ("CrmDB", "customers"): "crm",
    }
    assert not analysis.findings
