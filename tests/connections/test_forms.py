"""Every form in which a service may be told its database, one vector each."""

from pathlib import Path

import pytest

from tests.connections.trees import connections, service, told

COMPOSE = "docker-compose.yml"
DB = "  db: {image: 'postgres:16', environment: {POSTGRES_DB: shop}}\n"


def compose(body: str, more: str = DB) -> str:
    return "services:\n  orders:\n    build: ./orders\n" + body + more


VECTORS = {
    "compose map": ({COMPOSE: compose("    environment: {DATABASE_URL: 'postgres://u:p@db/shop'}\n")}, "postgresql://db/shop"),
    "compose list": ({COMPOSE: compose("    environment: ['DATABASE_URL=postgres://u:p@db/shop']\n")}, "postgresql://db/shop"),
    "compose default": (
        {COMPOSE: compose("    environment: {DATABASE_URL: 'postgres://u:p@${DB_HOST:-db}:5432/${DB_NAME-shop}'}\n")},
        "postgresql://db/shop",
    ),
    "compose .env": (
        {COMPOSE: compose("    environment: {DATABASE_URL: 'postgres://u:p@$DB_HOST/shop'}\n"), ".env": "DB_HOST=db\n"},
        "postgresql://db/shop",
    ),
    "compose passed on": (
        {COMPOSE: compose("    environment: [DATABASE_URL]\n"), ".env": "DATABASE_URL=postgres://u:p@db/shop\n"},
        "postgresql://db/shop",
    ),
    "compose env_file": (
        {COMPOSE: compose("    env_file: [common.env]\n"), "common.env": "DB_HOST=db\nDB_PORT=5432\nDB_NAME=shop\nDB_USER=u\n"},
        "postgresql://db/shop",
    ),
    "compose env_file long form": (
        {
            COMPOSE: compose("    env_file: [{path: a.env, required: false}]\n"),
            "a.env": "export PGHOST=db\nPGDATABASE='shop'\n",
        },
        "postgresql://db/shop",
    ),
    "compose anchor": (
        {COMPOSE: "x-db: &db {DATABASE_URL: 'postgres://u:p@db/shop'}\n" + compose("    environment: {<<: *db, LOG: debug}\n")},
        "postgresql://db/shop",
    ),
    "compose profile": (
        {COMPOSE: compose("    profiles: [all]\n    environment: {DATABASE_URL: 'postgres://u:p@db/shop'}\n")},
        "postgresql://db/shop",
    ),
    "compose extends": (
        {
            COMPOSE: compose("    extends: {file: base.yml, service: web}\n"),
            "base.yml": "services:\n  web: {environment: {DATABASE_URL: 'postgres://u:p@db/shop'}}\n",
        },
        "postgresql://db/shop",
    ),
    "compose override": (
        {
            COMPOSE: compose("    environment: {DATABASE_URL: 'postgres://u:p@old/shop'}\n"),
            "docker-compose.override.yml": "services:\n  orders: {environment: {DATABASE_URL: 'postgres://u:p@db/shop'}}\n",
        },
        "postgresql://db/shop",
    ),
    "compose further part": (
        {
            COMPOSE: "services:\n" + DB,
            "docker-compose.apps.yml": compose("    environment: {DATABASE_URL: 'postgres://u:p@db/shop'}\n", ""),
        },
        "postgresql://db/shop",
    ),
    "compose alias": (
        {
            COMPOSE: compose(
                "    environment: {DATABASE_URL: 'postgres://u:p@main-db/shop'}\n",
                "  db: {image: postgres, networks: {back: {aliases: [main-db]}}}\n",
            )
        },
        "postgresql://db/shop",
    ),
    "published port": (
        {
            COMPOSE: compose("", "  db: {image: postgres, ports: ['15432:5432']}\n"),
            "orders/.env": "DATABASE_URL=postgres://u:p@localhost:15432/shop\n",
        },
        "postgresql://db/shop",
    ),
    "default database of the container": (
        {COMPOSE: compose("    environment: {POSTGRES_HOST: db, POSTGRES_USER: u}\n")},
        "postgresql://db/shop",
    ),
    "mysql parts": (
        {
            COMPOSE: compose(
                "    environment: {MYSQL_HOST: m, MYSQL_DATABASE: shop, MYSQL_PORT: 3307}\n", "  m: {image: mysql}\n"
            )
        },
        "mysql://m:3307/shop",
    ),
    "engine by image": (
        {COMPOSE: compose("    environment: {DB_HOST: m, DB_DATABASE: shop}\n", "  m: {image: 'mariadb:11'}\n")},
        "mysql://m/shop",
    ),
    "mongo": (
        {COMPOSE: compose("    environment: {MONGO_URL: 'mongodb://u:p@m:27017/shop?authSource=admin'}\n")},
        "mongodb://m/shop",
    ),
    "redis number": ({COMPOSE: compose("    environment: {REDIS_URL: 'redis://:p@cache:6379/2'}\n")}, "redis://cache/2"),
    "redis parts": ({COMPOSE: compose("    environment: {REDIS_HOST: cache, REDIS_DB: 3}\n")}, "redis://cache/3"),
    "elasticsearch": (
        {COMPOSE: compose("    environment: {ELASTICSEARCH_URL: 'http://es:9200'}\n")},
        "elasticsearch://es",
    ),
    "influx": (
        {COMPOSE: compose("    environment: {INFLUXDB_URL: 'http://in:8086', INFLUXDB_BUCKET: m}\n")},
        "influxdb://in/m",
    ),
    "cassandra": (
        {COMPOSE: compose("    environment: {CASSANDRA_HOST: c, CASSANDRA_KEYSPACE: shop}\n")},
        "cassandra://c/shop",
    ),
    "spring yaml": (
        {"orders/src/main/resources/application.yml": "spring:\n  datasource:\n    url: jdbc:mysql://m:3306/shop\n"},
        "mysql://m/shop",
    ),
    "spring properties": (
        {"orders/src/main/resources/application.properties": "spring.datasource.url=jdbc:postgresql://db/shop\n"},
        "postgresql://db/shop",
    ),
    "spring mongo parts": (
        {"orders/src/main/resources/application.yml": "spring.data.mongodb:\n  host: m\n  database: shop\n  port: 27017\n"},
        "mongodb://m/shop",
    ),
    "spring variable in compose": (
        {COMPOSE: compose("    environment: {SPRING_DATASOURCE_URL: 'jdbc:postgresql://db/shop'}\n")},
        "postgresql://db/shop",
    ),
    "spring placeholder": (
        {
            "orders/src/main/resources/application.yml": "spring.datasource.url: jdbc:postgresql://${DB_HOST:db}:5432/${DB:shop}\n"
        },
        "postgresql://db/shop",
    ),
    "config server": (
        {
            **service("config"),
            "config/src/main/resources/shared/application.yml": "logging.level: info\n",
            "config/src/main/resources/shared/orders.yml": "spring.data.mongodb.uri: mongodb://m/shop\n",
        },
        "mongodb://m/shop",
    ),
    "appsettings": (
        {
            "orders/appsettings.json": '{ // main\n\t"ConnectionStrings": {"Shop":'
            ' "Server=db;Port=5432;Database=shop;User Id=u;Password=p",},}\n'
        },
        "postgresql://db/shop",
    ),
    "prisma": (
        {
            "orders/prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
            "orders/.env": 'DATABASE_URL="postgresql://u:p@db/shop?schema=public"\n',
        },
        "postgresql://db/shop",
    ),
    "ormconfig": (
        {"orders/ormconfig.json": '{"type": "postgres", "host": "db", "port": 5432, "database": "shop", "username": "u"}'},
        "postgresql://db/shop",
    ),
    "alembic": ({"orders/alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://u:p@db/shop\n"}, "postgresql://db/shop"),
    "flyway": ({"orders/flyway.conf": "flyway.url=jdbc:postgresql://db/shop\nflyway.user=u\n"}, "postgresql://db/shop"),
    "liquibase": ({"orders/liquibase.properties": "url=jdbc:postgresql://db/shop\nusername=u\n"}, "postgresql://db/shop"),
    "terraform": (
        {
            "infra/main.tf": 'resource "aws_ecs_task" "orders" {\n  environment = {\n   '
            ' DATABASE_URL = "postgres://u:p@db.example.net/shop"\n  }\n}\n'
        },
        "postgresql://db.example.net/shop",
    ),
    "code that cannot be read yet": (
        {"orders/server.js": 'const pool = new Pool({ connectionString: "postgres://u:p@db/shop" });\n'},
        "postgresql://db/shop",
    ),
    "sqlite beside the service": ({"orders/.env": "DATABASE_URL=sqlite:///data/app.db\n"}, "sqlite:///orders/data/app.db"),
}


@pytest.mark.parametrize(("files", "database"), VECTORS.values(), ids=VECTORS)
def test_a_service_reaches_what_its_settings_say(files: dict[str, str], database: str, tmp_path: Path) -> None:
    links = connections(tmp_path, service("orders", "billing") | files)
    assert told(links) == {("orders", "", database)}


ENVIRONMENTS = {
    "rails": (
        {
            "orders/config/database.yml": "default: &default\n  adapter: postgresql\n"
            "  host: <%= ENV.fetch('DB_HOST') { 'db' } %>\n"
            "development:\n  <<: *default\n  database: shop_dev\nproduction:\n  <<: *default\n  database: shop\n"
            "test:\n  <<: *default\n  database: shop_test\n"
        },
        {("orders", "dev", "postgresql://db/shop_dev"), ("orders", "prod", "postgresql://db/shop")},
    ),
    "rails, in quotes": (
        {
            "orders/config/database.yml": "production:\n  adapter: postgresql\n  host: \"<%= ENV.fetch('DB_HOST', 'db') %>\"\n"
            "  database: shop_<%= ENV.fetch('TENANT', 'a') %>\n"
        },
        {("orders", "prod", "postgresql://db/shop_a")},
    ),
    "sequelize": (
        {
            "orders/config/config.json": '{"development": {"host": "db", "database": "shop_dev", "dialect": "postgres"},'
            ' "production": {"host": "db", "database": "shop", "dialect": "postgres"}}'
        },
        {("orders", "dev", "postgresql://db/shop_dev"), ("orders", "prod", "postgresql://db/shop")},
    ),
    "spring profiles": (
        {
            "orders/src/main/resources/application.yml": "spring.datasource.url: jdbc:h2:mem:shop\n---\n"
            "spring.config.activate.on-profile: mysql\nspring.datasource.url: jdbc:mysql://m/shop\n",
            "orders/src/main/resources/application-prod.properties": "spring.datasource.url=jdbc:mysql://p/shop\n",
        },
        {
            ("orders", "", "h2:memory:orders"),
            ("orders", "mysql", "mysql://m/shop"),
            ("orders", "prod", "mysql://p/shop"),
        },
    ),
    "a profile that compose switches on": (
        {
            COMPOSE: "services:\n  orders: {build: ./orders, environment: {ASPNETCORE_ENVIRONMENT: Docker}}\n",
            "orders/appsettings.json": '{"Db": {"ConnectionString": "Host=localhost;Database=shop;Username=u"}}',
            "orders/appsettings.Docker.json": '{"Db": {"ConnectionString": "Host=pg;Database=shop;Username=u"}}',
        },
        {("orders", "", "postgresql://pg/shop")},
    ),
    "compose variant": (
        {
            COMPOSE: compose("    environment: {DATABASE_URL: 'postgres://u:p@db/shop'}\n"),
            "docker-compose.prod.yml": "services:\n  orders:\n"
            "    environment: {DATABASE_URL: 'postgres://u:p@rds.example.net/shop'}\n",
        },
        {("orders", "", "postgresql://db/shop"), ("orders", "prod", "postgresql://rds.example.net/shop")},
    ),
    "env files": (
        {"orders/.env": "DATABASE_URL=postgres://db/shop\n", "orders/.env.production": "DATABASE_URL=postgres://p/shop\n"},
        {("orders", "", "postgresql://db/shop"), ("orders", "prod", "postgresql://p/shop")},
    ),
    "an example counts where there is nothing else": (
        {"orders/.env.example": "DATABASE_URL=postgres://u:p@db/shop\n"},
        {("orders", "", "postgresql://db/shop")},
    ),
    "alembic.ini is for a developer's machine where a deployment names the server": (
        {
            "orders/alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://u:p@db/postgres\n",
            COMPOSE: compose("    environment: {POSTGRES_HOST: orders-db, POSTGRES_DB: orders}\n"),
        },
        {("orders", "", "postgresql://orders-db/orders")},
    ),
    "what code names on its own machine is for a developer where a deployment names the server": (
        {
            "orders/src/config.ts": "export const url = env('ORDERS_URL', 'postgresql://u:p@localhost:5432/orders_dev');\n",
            COMPOSE: compose("    environment: {ORDERS_URL: 'postgresql://u:p@orders-db/orders'}\n"),
        },
        {("orders", "", "postgresql://orders-db/orders")},
    ),
    "an example that is to be filled in says nothing": (
        {"orders/.env.example": "DATABASE_URL=postgresql://<user>:<password>@<host>/<database_name>\n"},
        set(),
    ),
    "several databases": (
        {
            "orders/appsettings.json": '{"ConnectionStrings": {"Shop": "Host=db;Database=shop", "Audit":'
            ' "Host=db;Database=audit"}}'
        },
        {("orders", "", "postgresql://db/shop"), ("orders", "", "postgresql://db/audit")},
    ),
}


@pytest.mark.parametrize(("files", "expected"), ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_environments_are_kept_apart(files: dict[str, str], expected: set[tuple[str, str, str]], tmp_path: Path) -> None:
    assert told(connections(tmp_path, service("orders", "billing") | files)) == expected


def test_an_aspire_app_host_gives_projects_their_databases(tmp_path: Path) -> None:
    host = (
        'var builder = DistributedApplication.CreateBuilder(args);\nvar pg = builder.AddPostgres("pg", user, password)\n'
        '    .WithImage("postgres");\nvar shop = pg.AddDatabase("shop");\n'
        'builder.AddProject<Projects.Orders_Api>("orders").WithReference(shop);\n'
    )
    links = connections(tmp_path, service("orders", "billing") | {"host/Program.cs": host, "host/Dockerfile": "FROM dotnet\n"})
    assert told(links) == {("orders", "aspire", "postgresql://pg/shop")}


NOTHING = {
    "a queue": "    environment: {RABBITMQ_URL: 'amqp://u:p@mq:5672/', KAFKA_HOST: k, KAFKA_DB: x}\n",
    "a web address": "    environment: {CATALOG_DATABASE_URL: 'http://catalog:8080/'}\n",
    "another service's database": "    environment: {BILLING_DATABASE_URL: 'postgres://u:p@db/billing'}\n",
    "a pool size": "    environment: {DB_POOL_SIZE: 5, DB_TIMEOUT: 3}\n",
    "a host without a database": "    environment: {REPORT_HOST: db}\n",
}


@pytest.mark.parametrize("body", NOTHING.values(), ids=NOTHING)
def test_what_is_no_database_of_the_service_is_none(body: str, tmp_path: Path) -> None:
    assert connections(tmp_path, service("orders", "billing") | {COMPOSE: compose(body)}) == ()


def test_a_database_in_memory_is_its_process_s_own(tmp_path: Path) -> None:
    url = "spring.datasource.url=jdbc:h2:mem:shop\n"
    files = {f"{name}/src/main/resources/application.properties": url for name in ("orders", "billing")}
    assert told(connections(tmp_path, service("orders", "billing") | files)) == {
        ("orders", "", "h2:memory:orders"),
        ("billing", "", "h2:memory:billing"),
    }


def test_a_sqlite_file_on_a_shared_volume_is_one_database(tmp_path: Path) -> None:
    one = "{build: ./%s, volumes: ['data:/data'], environment: {DATABASE_URL: 'sqlite:////data/app.db'}}\n"
    files = {COMPOSE: f"services:\n  orders: {one % 'orders'}  billing: {one % 'billing'}volumes: {{data: }}\n"}
    links = connections(tmp_path, service("orders", "billing") | files)
    assert {link.database for link in links} == {"sqlite:///volume:data/app.db"}


def test_users_schemas_and_replicas_are_known(tmp_path: Path) -> None:
    files = {
        COMPOSE: compose(
            "    environment:\n      POSTGRES_HOST: db\n      POSTGRES_DB: shop\n      POSTGRES_USER: orders\n"
            "      POSTGRES_HOST_READ_REPLICA: db-ro\n"
            "      REPORT_DB_URL: 'postgres://report_ro:p@db/report?currentSchema=sales'\n",
            DB + "  db-ro: {image: 'postgres:16'}\n",
        )
    }
    links = {link.database: link for link in connections(tmp_path, service("orders", "billing") | files)}
    assert {url: (link.user, link.schema, link.read_only) for url, link in links.items()} == {
        "postgresql://db/shop": ("orders", None, False),
        "postgresql://db-ro/shop": ("orders", None, True),
        "postgresql://db/report": ("report_ro", "sales", True),
    }


@pytest.mark.parametrize("shown", ["@Schema(example = {})", "@ApiModelProperty(description={})", "input(placeholder: {})"])
def test_what_documentation_shows_is_no_connection(shown: str, tmp_path: Path) -> None:
    held = {"orders/A.java": "class A {{ {} String url; }}\n".format(shown.format('"jdbc:mysql://db:3306/shop"'))}
    assert not connections(tmp_path, service("orders") | held)
    used = {"orders/A.java": 'class A { String url = "jdbc:mysql://db:3306/shop"; }\n'}
    assert connections(tmp_path, service("orders") | used)
