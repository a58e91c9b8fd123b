"""From a line of code and a deployment file to the physical database of an access, end to end."""

import textwrap
from pathlib import Path

import pytest

from dblint.config import load
from dblint.model.system import System
from dblint.pipeline import analyse


def system(root: Path, files: dict[str, str]) -> System:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), "utf-8")
    return analyse(root, load(None, root)).system


def databases(found: System) -> dict[str, str | None]:
    return {access.table.name: access.table.known_database for access in found.accesses}


COMPOSE = """
    services:
      db:
        image: postgres:16
      archive:
        image: postgres:16
      orders:
        build: orders
        environment:
          DATABASE_URL: postgresql://orders:hunter2@db/shop
          ARCHIVE_HOST: archive
      billing:
        build: billing
        environment:
          DATABASE_URL: postgresql://billing:hunter2@db:5432/shop
    """


def test_each_access_is_in_the_database_that_its_connection_opens(tmp_path: Path) -> None:
    code = """
        import os
        import psycopg

        current = psycopg.connect(os.environ["DATABASE_URL"])
        old = psycopg.connect(host=os.getenv("ARCHIVE_HOST", "localhost"), dbname="archive", password="hunter2")
        current.execute("SELECT id FROM orders")
        old.execute("SELECT id FROM old_orders")
        """
    files = {"docker-compose.yml": COMPOSE, "orders/app.py": code, "orders/Dockerfile": "FROM python\n"}
    found = system(tmp_path, files)
    assert databases(found) == {"orders": "postgresql://db/shop", "old_orders": "postgresql://archive/archive"}
    assert "hunter2" not in str(found)


def test_a_connection_of_which_only_the_name_is_known_is_not_taken_for_another(tmp_path: Path) -> None:
    code = """
        import os
        import psycopg

        current = psycopg.connect(os.environ["DATABASE_URL"])
        old = psycopg.connect(host=os.environ["OLD_HOST"], dbname="archive")
        old.execute("SELECT id FROM old_orders")
        """
    files = {"docker-compose.yml": COMPOSE, "orders/app.py": code, "orders/Dockerfile": "FROM python\n"}
    assert databases(system(tmp_path, files)) == {"old_orders": None}


def test_a_shared_module_is_read_with_the_settings_of_each_service(tmp_path: Path) -> None:
    shared = """
        import os
        import psycopg

        def connect():
            return psycopg.connect(os.environ["DATABASE_URL"])
        """
    use = """
        from common.db import connect

        connect().execute("SELECT id FROM {table}")
        """
    found = system(
        tmp_path,
        {
            "docker-compose.yml": COMPOSE.replace("@db:5432/shop", "@db:5432/billing"),
            "common/db.py": shared,
            "common/__init__.py": "",
            "orders/app.py": use.format(table="orders"),
            "orders/Dockerfile": "FROM python\n",
            "billing/app.py": use.format(table="invoices"),
            "billing/Dockerfile": "FROM python\n",
        },
    )
    assert databases(found) == {"orders": "postgresql://db/shop", "invoices": "postgresql://db/billing"}


def test_sqlite_files_and_databases_in_memory_are_each_services_own(tmp_path: Path) -> None:
    code = 'import sqlite3\nsqlite3.connect("{path}").execute("SELECT id FROM items")\n'
    files = {f"{name}/Dockerfile": "FROM python\n" for name in ("orders", "billing", "crm", "stock")}
    files |= {f"{name}/app.py": code.format(path="app.db") for name in ("orders", "billing")}
    files |= {f"{name}/app.py": code.format(path=":memory:") for name in ("crm", "stock")}
    found = system(tmp_path, files)
    assert {access.service: access.table.database for access in found.accesses} == {
        "orders": "sqlite:///orders/app.db",
        "billing": "sqlite:///billing/app.db",
        "crm": "sqlite:memory:crm",
        "stock": "sqlite:memory:stock",
    }


def test_a_routed_app_is_created_and_used_in_the_database_of_its_router(tmp_path: Path) -> None:
    settings = """
        DATABASE_ROUTERS = ["site_.routers.Router"]
        DATABASES = {
            "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db.example.org"},
            "warehouse": {"ENGINE": "django.db.backends.postgresql", "NAME": "stock", "HOST": "db.example.org"},
        }
        """
    routers = """
        class Router:
            labels = ["reports"]

            def db_for_read(self, model, **hints):
                return "warehouse" if model._meta.app_label in self.labels else None
        """
    model = """
        from django.db import models

        class {name}(models.Model):
            pass

        {name}.objects.filter(id=1)
        """
    migration = """
        from django.db import migrations, models

        class Migration(migrations.Migration):
            operations = [migrations.CreateModel(name="{name}", fields=[("id", models.AutoField(primary_key=True))])]
        """
    files = {"shop/Dockerfile": "FROM python\n", "shop/manage.py": ""}
    files |= {"shop/site_/settings.py": settings, "shop/site_/routers.py": routers}
    for app, name in (("reports", "Sale"), ("orders", "Order")):
        files |= {f"shop/{app}/models.py": model.format(name=name), f"shop/{app}/migrations/__init__.py": ""}
        files[f"shop/{app}/migrations/0001_initial.py"] = migration.format(name=name)
    found = system(tmp_path, files)
    assert databases(found) == {
        "reports_sale": "postgresql://db.example.org/stock",
        "orders_order": "postgresql://db.example.org/shop",
    }
    assert {table.id.name: table.owner for table in found.tables} == {"reports_sale": "shop", "orders_order": "shop"}


def test_variables_whose_prefix_only_the_caller_knows_name_no_database_of_all_who_share_the_package(tmp_path: Path) -> None:
    config = (
        'package pg\n\nimport (\n\t"database/sql"\n\t"fmt"\n\t"github.com/caarlos0/env/v7"\n)\n\n'
        "type Config struct {\n"
        '\tHost string `env:"HOST,notEmpty" envDefault:"localhost"`\n'
        '\tUser string `env:"USER" envDefault:"shop"`\n'
        '\tName string `env:"NAME" envDefault:"shop"`\n}\n\n'
        "func Connect(prefix string) (*sql.DB, error) {\n\tcfg := Config{}\n\tenv.Parse(&cfg, env.Options{Prefix: prefix})\n"
        '\treturn sql.Open("postgres", fmt.Sprintf("host=%s user=%s dbname=%s", cfg.Host, cfg.User, cfg.Name))\n}\n'
    )
    main = (
        'package main\n\nimport "shop/internal/pg"\n\nfunc main() {{\n\tdb, _ := pg.Connect("SHOP_{name}_DB_")\n'
        '\tdb.Query("SELECT id FROM {name}")\n}}\n'
    )
    compose = "services:\n" + "".join(
        f"  {name}: {{image: shop/{name}, environment: {{SHOP_{name.upper()}_DB_HOST: {name}-db, "
        f"SHOP_{name.upper()}_DB_NAME: {name}, SHOP_{name.upper()}_DB_TYPE: postgres}}}}\n"
        f"  {name}-db: {{image: postgres}}\n"
        for name in ("users", "auth")
    )
    files = {f"cmd/{name}/main.go": main.format(name=name) for name in ("users", "auth")}
    found = system(tmp_path, files | {"go.mod": "module shop\n", "internal/pg/pg.go": config, "compose.yml": compose})
    assert {link.database for link in found.connections} == {"postgresql://users-db/users", "postgresql://auth-db/auth"}


CONTEXT = """
    using Microsoft.EntityFrameworkCore;
    public class {name}Context : DbContext {{
        public DbSet<{entity}> {entity}s {{ get; set; }}
        protected override void OnModelCreating(ModelBuilder builder) {{ builder.HasDefaultSchema("{schema}"); }}
    }}
    public class {entity} {{ public int Id {{ get; set; }} }}
    """
USES = """
    public class Repo {
        private readonly CatalogContext _catalog; private readonly AuditContext _audit;
        public Repo(CatalogContext catalog, AuditContext audit) { _catalog = catalog; _audit = audit; }
        public object All() { _audit.Entries.ToList(); return _catalog.Products.ToList(); }
    }
    """
REGISTRATIONS = {
    "a lambda": 's.AddDbContext<CatalogContext>(o => o.UseNpgsql(c.GetConnectionString("Main")));\n'
    's.AddDbContextPool<AuditContext>(o => { o.UseSnakeCaseNamingConvention(); o.UseNpgsql(c["ConnectionStrings:Log"]); });\n',
    "a variable": 'var main = c.GetConnectionString("Main");\nvar log = c.GetConnectionString("Log");\n'
    "s.AddDbContext<CatalogContext>(o => o.UseNpgsql(main));\ns.AddDbContext<IAudit, AuditContext>(o => o.UseNpgsql(log));\n",
    "Aspire": 'builder.AddNpgsqlDbContext<CatalogContext>("Main");\nbuilder.AddNpgsqlDbContext<AuditContext>("Log");\n',
}


@pytest.mark.parametrize("written", REGISTRATIONS.values(), ids=REGISTRATIONS.keys())
def test_the_tables_of_a_context_are_in_the_database_that_it_is_registered_with(tmp_path: Path, written: str) -> None:
    settings = '{"ConnectionStrings": {"Log": "Host=pg;Database=audit;Username=u", "Other": "Host=pg;Database=o;Username=u"}}'
    start = "using Microsoft.EntityFrameworkCore;\nclass Startup { void Run(IServiceCollection s, IConfiguration c) {\n"
    files = {
        "shop/shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>\n',
        "shop/Startup.cs": f"{start}{written}}} }}\n",
        "shop/Repo.cs": USES,
        "shop/Catalog.cs": CONTEXT.format(name="Catalog", entity="Product", schema="goods"),
        "shop/Audit.cs": CONTEXT.format(name="Audit", entity="Entry", schema="traces").replace("Entrys", "Entries"),
        "shop/appsettings.json": settings,
        "docker-compose.yml": "services:\n  pg: {image: postgres}\n  shop:\n    build: shop\n    environment:\n"
        "      ConnectionStrings__Main: Host=pg;Database=catalog;Username=u\n",
    }
    tables = [each.table for each in system(tmp_path, files).accesses]
    found = {(table.schema, table.name.lower()): table.known_database for table in tables}
    assert found == {("goods", "products"): "postgresql://pg/catalog", ("traces", "entries"): "postgresql://pg/audit"}


JAVA = "import java.sql.*;\nclass A {{ {field} void run() throws Exception {{ DriverManager.getConnection({url}); }} }}\n"


@pytest.mark.parametrize(
    "code",
    [
        JAVA.format(field="", url='"jdbc:postgresql://" + System.getenv("DB_HOST") + ":5432/shop?currentSchema=orders"'),
        JAVA.format(
            field='static final String HOST = System.getenv("DB_HOST");',
            url='"jdbc:postgresql://" + HOST + "/" + "shop?currentSchema=orders"',
        ),
        JAVA.format(
            field="",
            url='String.format("jdbc:postgresql://%s:%d/shop?currentSchema=%s", System.getenv("DB_HOST"), 5432, "orders")',
        ),
    ],
)
def test_an_address_that_java_puts_together_is_read(tmp_path: Path, code: str) -> None:
    files = {"orders/src/main/java/A.java": code, "orders/pom.xml": "<project/>\n"}
    compose = "services:\n  pg: {image: postgres}\n  orders: {build: orders, environment: {DB_HOST: pg}}\n"
    found = system(tmp_path, files | {"docker-compose.yml": compose}).connections
    assert [(each.database, each.schema) for each in found if each.how == "jdbc"] == [("postgresql://pg/shop", "orders")]


@pytest.mark.parametrize(
    "code",
    [
        'import psycopg2\npsycopg2.connect("postgresql://u@pg/shop", options="-c search_path=orders,public")',
        'import psycopg2\npsycopg2.connect(host="pg", dbname="shop", options="-csearch_path=orders")',
        'import sqlalchemy as s\ns.create_engine("postgresql://u@pg/shop", connect_args={"options": "-c search_path=orders"})',
        (
            "import asyncpg\nasync def f():\n"
            '    await asyncpg.connect("postgresql://u@pg/shop", server_settings={"search_path": "orders"})'
        ),
    ],
)
def test_the_search_path_of_a_connection_is_its_schema(tmp_path: Path, code: str) -> None:
    found = system(tmp_path, {"orders/app.py": code, "orders/Dockerfile": "FROM python\n"}).connections
    assert [(each.database, each.schema) for each in found] == [("postgresql://pg/shop", "orders")]


def test_a_folder_of_definitions_is_in_no_database_in_memory(tmp_path: Path) -> None:
    files = {
        "orders/src/main/resources/application.properties": "spring.datasource.url=jdbc:h2:mem:shop\n",
        "orders/Dockerfile": "FROM java\n",
        "orders/app.py": "import os\n",
        "billing/Dockerfile": "FROM python\n",
        "billing/app.py": 'import psycopg\npsycopg.connect("").execute("SELECT id FROM bills")\n',
        "sql/1.sql": "CREATE TABLE bills (id int);\nCREATE TABLE orders (id int);\n",
    }
    found = system(tmp_path, files)
    assert {access.table.database for access in found.accesses if access.service == "billing"} == {None}
    assert not any(":memory:" in (table.id.database or "") for table in found.tables)


def test_the_schema_of_a_connection_keeps_tables_apart_although_the_server_is_unknown(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for name in ("orders", "billing"):
        files |= {
            f"{name}/Dockerfile": "FROM python\n",
            f"{name}/.env": f"DATABASE_URL=postgresql://$DB_HOST/shop?currentSchema={name}\n",
            f"{name}/app.py": "import psycopg\npsycopg.connect('').execute('INSERT INTO customers (id) VALUES (1)')\n",
            f"{name}/migrations/1.sql": "CREATE TABLE customers (id int);\n",
        }
    found = system(tmp_path, files)
    assert {(table.id.schema, table.owner) for table in found.tables} == {("orders", "orders"), ("billing", "billing")}
    assert {(access.service, access.table.schema) for access in found.accesses} == {
        ("orders", "orders"),
        ("billing", "billing"),
    }


def test_services_with_schemas_of_their_own_in_one_database_have_tables_of_their_own(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for name, other in (("orders", "kind"), ("billing", "amount")):
        settings = f"spring.datasource.url=jdbc:postgresql://db/shop\nspring.flyway.default-schema={name}\n"
        files |= {
            f"{name}/pom.xml": f"<project><artifactId>{name}</artifactId></project>",
            f"{name}/src/main/java/App.java": "@SpringBootApplication class App { public static void main(String[] a) {} }\n",
            f"{name}/src/main/resources/application.properties": settings,
            f"{name}/src/main/resources/db/migration/V1__tables.sql": (
                "CREATE TABLE customers (id int PRIMARY KEY);\n"
                f"CREATE TABLE events (id int, {other} int, customer_id int REFERENCES customers);\n"
            ),
        }
    found = system(tmp_path, files)
    columns = {
        (table.owner, table.id.schema, table.id.name): [column.name for column in table.columns] for table in found.tables
    }
    assert columns["orders", "orders", "events"] == ["id", "kind", "customer_id"]
    assert columns["billing", "billing", "events"] == ["id", "amount", "customer_id"]
    assert len(columns) == 4
    assert {(key.table.schema, key.target.schema) for key in found.references} == {("orders", "orders"), ("billing", "billing")}


POM = "<project><artifactId>{}</artifactId><dependencies>{}</dependencies></project>"
DATA = "<dependency><groupId>shop</groupId><artifactId>orders-data</artifactId></dependency>"


def test_code_that_a_build_brings_along_is_that_of_the_service(tmp_path: Path) -> None:
    application = "@SpringBootApplication class Application { public static void main(String[] a) {} }\n"
    repository = """
        import org.springframework.jdbc.core.JdbcTemplate;
        @Repository class Orders {
            private final JdbcTemplate jdbc;
            public int count() { return jdbc.queryForObject("SELECT count(*) FROM orders", Integer.class); }
        }
        """
    found = system(
        tmp_path,
        {
            "orders/orders-app/pom.xml": POM.format("orders-app", DATA),
            "orders/orders-app/src/main/java/Application.java": application,
            "orders/orders-data/pom.xml": POM.format("orders-data", ""),
            "orders/orders-data/src/main/java/Orders.java": repository,
            "billing/pom.xml": POM.format("billing", ""),
            "billing/src/main/java/Application.java": application,
        },
    )
    assert {(access.service, access.table.name) for access in found.accesses} == {("orders-app", "orders")}


OPENING = """
    package db

    import "database/sql"

    func Open(address string) (*sql.DB, error) {
        return sql.Open("postgres", address)
    }
    """
OPENED = """
    package main

    import "example.com/shop/lib/db"

    func main() {
        opened, _ := db.Open(ADDRESS)
        opened.Query("SELECT id FROM TABLE")
    }
    """


def test_an_address_that_one_service_passes_to_shared_code_is_no_address_of_the_others(tmp_path: Path) -> None:
    files = {"go.mod": "module example.com/shop\n", "lib/db/open.go": OPENING}
    addresses = {"orders": '"postgresql://db/shop"', "invoices": "address()", "stock": '"postgresql://other/stock"'}
    for name, address in addresses.items():
        files[f"cmd/{name}/Dockerfile"] = "FROM golang\n"
        files[f"cmd/{name}/main.go"] = OPENED.replace("ADDRESS", address).replace("TABLE", name)
    found = databases(system(tmp_path, files))
    assert found == {"orders": "postgresql://db/shop", "invoices": None, "stock": "postgresql://other/stock"}
