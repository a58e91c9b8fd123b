"""Further forms of settings: charts and overlays, configuration servers, .NET, Go, PHP, cloud descriptions, other stores."""

from pathlib import Path

import pytest

from tests.connections.trees import connections, service, told

DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: orders}\nspec:\n  template:\n    spec:\n      containers:\n"
    "      - name: orders\n        image: acme/orders\n        env:\n"
)
APP_HOST = "var builder = DistributedApplication.CreateBuilder(args);\n"

K8S = {
    "skaffold with values": (
        {
            "skaffold.yaml": "apiVersion: skaffold/v4beta6\nkind: Config\ndeploy:\n  helm:\n    releases:\n    - name: orders\n"
            "      chartPath: charts/orders\n      setValues: {db.host: pg, db.name: shop}\n",
            "charts/orders/Chart.yaml": "name: orders\n",
            "charts/orders/values.yaml": "db: {host: localhost, name: dev}\n",
            "charts/orders/templates/d.yaml": DEPLOYMENT
            + '        - {name: DB_URL, value: "postgres://{{ .Values.db.host }}/{{ .Values.db.name }}"}\n',
        },
        ("kubernetes:skaffold", "postgresql://pg/shop"),
    ),
    "skaffold profile with a file of values": (
        {
            "skaffold.yaml": "apiVersion: skaffold/v2beta1\nkind: Config\nprofiles:\n- name: prod\n  deploy:\n    helm:\n"
            "      releases: [{name: orders, chartPath: charts/orders, valuesFiles: [deploy/prod-values.yaml]}]\n",
            "deploy/prod-values.yaml": "db: {host: pg}\n",
            "charts/orders/Chart.yaml": "name: orders\n",
            "charts/orders/values.yaml": "db: {host: localhost, name: shop}\n",
            "charts/orders/templates/d.yaml": DEPLOYMENT
            + '        - {name: DB_URL, value: "postgres://{{ .Values.db.host }}/{{ .Values.db.name }}"}\n',
        },
        ("kubernetes:prod", "postgresql://pg/shop"),
    ),
    "values of an umbrella chart": (
        {
            "chart/Chart.yaml": "name: shop\ndependencies:\n- {name: orders, repository: 'file://charts/orders'}\n",
            "chart/values.yaml": "global: {db: {host: pg}}\norders: {db: {name: shop}}\n",
            "chart/charts/orders/Chart.yaml": "name: orders\n",
            "chart/charts/orders/values.yaml": "db: {name: dev}\n",
            "chart/charts/orders/templates/d.yaml": DEPLOYMENT
            + '        - {name: DB_URL, value: "postgres://{{ .Values.global.db.host }}/{{ .Values.db.name }}"}\n',
        },
        ("kubernetes", "postgresql://pg/shop"),
    ),
    "a dependency under another name": (
        {
            "chart/Chart.yaml": "name: shop\ndependencies:\n- {name: web, alias: orders, repository: 'file://../web'}\n",
            "chart/values.yaml": "orders: {db: {name: shop}}\n",
            "web/Chart.yaml": "name: web\n",
            "web/values.yaml": "db: {name: dev}\n",
            "web/templates/d.yaml": DEPLOYMENT + '        - {name: DB_URL, value: "postgres://pg/{{ .Values.db.name }}"}\n',
        },
        ("kubernetes", "postgresql://pg/shop"),
    ),
}


@pytest.mark.parametrize(("files", "expected"), K8S.values(), ids=K8S)
def test_a_chart_is_filled_with_the_values_of_whoever_installs_it(
    files: dict[str, str], expected: tuple[str, str], tmp_path: Path
) -> None:
    links = connections(tmp_path, service("orders", "billing") | files)
    assert ("orders", *expected) in told(links)


SERVER = {
    "folder of a configuration server": {
        "config-repo/application.yml": "spring.jpa.show-sql: true\n",
        "config-repo/orders.yml": "spring.datasource.url: jdbc:postgresql://db/shop\n",
        "config-repo/orders-prod.yml": "spring.datasource.url: jdbc:postgresql://p/shop\n",
    },
    "folders by application": {
        "config-repo/application.yml": "spring.jpa.show-sql: true\n",
        "config-repo/orders/orders.properties": "spring.datasource.url=jdbc:postgresql://db/shop\n",
        "config-repo/orders/orders-prod.properties": "spring.datasource.url=jdbc:postgresql://p/shop\n",
    },
    "native location": {
        **service("config"),
        "config/src/main/resources/application.yml": "spring.cloud.config.server.native.search-locations: classpath:/x\n",
        "config/src/main/resources/x/orders.yml": "spring.datasource.url: jdbc:postgresql://db/shop\n---\n"
        "spring.config.activate.on-profile: prod\nspring.datasource.url: jdbc:postgresql://p/shop\n",
    },
    "one application without a common file": {
        "config-repo/orders.yml": "spring.datasource.url: jdbc:postgresql://db/shop\n",
        "config-repo/orders-prod.yml": "spring.datasource.url: jdbc:postgresql://p/shop\n",
        "config-repo/billing.yml": "server.port: 1\n",
    },
}


@pytest.mark.parametrize("files", SERVER.values(), ids=SERVER)
def test_a_configuration_server_hands_out_files_by_application_and_profile(files: dict[str, str], tmp_path: Path) -> None:
    links = connections(tmp_path, service("orders", "billing") | files)
    assert told(links) == {("orders", "", "postgresql://db/shop"), ("orders", "prod", "postgresql://p/shop")}


ASPIRE = {
    "chained": 'var shop = builder.AddPostgres("pg").AddDatabase("shop");\n',
    "chained over lines": 'var shop = builder.AddPostgres("pg")\n    .WithPgAdmin()\n    .AddDatabase("shop");\n',
    "with a resource name": 'var pg = builder.AddPostgres("pg");\nvar shop = pg.AddDatabase("shop-db", "shop");\n',
    "with a named argument": 'var pg = builder.AddPostgres("pg");\nvar shop = pg.AddDatabase("x", databaseName: "shop");\n',
}


@pytest.mark.parametrize("host", ASPIRE.values(), ids=ASPIRE)
def test_an_app_host_declares_databases_in_many_ways(host: str, tmp_path: Path) -> None:
    text = APP_HOST + host + 'builder.AddProject<Projects.Orders>("orders")\n    .WithReference(shop)\n    .WaitFor(shop);\n'
    links = connections(tmp_path, service("orders", "billing") | {"host/Program.cs": text, "host/Dockerfile": "FROM dotnet\n"})
    assert told(links) == {("orders", "aspire", "postgresql://pg/shop")}


OTHERS = {
    "quarkus": (
        {"orders/src/main/resources/application.properties": "quarkus.datasource.jdbc.url=jdbc:postgresql://db/shop\n"},
        "postgresql://db/shop",
    ),
    "micronaut": (
        {"orders/src/main/resources/application.yml": "datasources:\n  default:\n    url: jdbc:postgresql://db/shop\n"},
        "postgresql://db/shop",
    ),
    "persistence.xml of JPA": (
        {
            "orders/src/main/resources/META-INF/persistence.xml": '<persistence>\n<persistence-unit name="shop">\n'
            '<!-- <property name="javax.persistence.jdbc.url" value="jdbc:mysql://old/shop"/> -->\n'
            '<property name="jakarta.persistence.jdbc.url"\n          value="jdbc:postgresql://db/shop?a=b&amp;c=d"/>\n'
            '<property name="jakarta.persistence.jdbc.user" value="u"/>\n</persistence-unit>\n</persistence>\n'
        },
        "postgresql://db/shop",
    ),
    "hibernate.cfg.xml": (
        {
            "orders/src/main/resources/hibernate.cfg.xml": "<hibernate-configuration><session-factory>\n"
            '<property name="connection.url">jdbc:postgresql://db/shop</property>\n'
            '<property name="connection.username">u</property>\n</session-factory></hibernate-configuration>\n'
        },
        "postgresql://db/shop",
    ),
    "Web.config of .NET Framework": (
        {
            "orders/Web.config": "<configuration>\n<connectionStrings>\n"
            '<add name="Shop" connectionString="Server=db;Database=shop;User Id=u;Password=p"\n'
            '     providerName="System.Data.SqlClient" />\n</connectionStrings>\n</configuration>\n'
        },
        "sqlserver://db/shop",
    ),
    "several named data sources of Spring": (
        {"orders/src/main/resources/application.yml": "app.datasource.shop.jdbc-url: jdbc:postgresql://db/shop\n"},
        "postgresql://db/shop",
    ),
    "laravel": (
        {"orders/.env": "DB_CONNECTION=mysql\nDB_HOST=m\nDB_PORT=3306\nDB_DATABASE=shop\nDB_USERNAME=u\n"},
        "mysql://m/shop",
    ),
    "symfony": (
        {"orders/.env": 'DATABASE_URL="mysql://u:p@m:3306/shop?serverVersion=8.0.32&charset=utf8mb4"\n'},
        "mysql://m/shop",
    ),
    "an image's own variables": (
        {"orders/Dockerfile": "FROM python\nENV DB_HOST=db \\\n    DB_NAME=shop\nENV DB_ENGINE postgres\n"},
        "postgresql://db/shop",
    ),
    "viper": ({"orders/config.yml": "postgres:\n  dsn_url: 'host=db user=u password=p dbname=shop'\n"}, "postgresql://db/shop"),
    "toml of a Rust program": (
        {"orders/config/default.toml": '[database]\nurl = "postgres://u:p@db/shop"\n'},
        "postgresql://db/shop",
    ),
    "diesel": ({"orders/.env": "DATABASE_URL=postgres://u:p@db/shop\n"}, "postgresql://db/shop"),
    "go": (
        {"orders/db.go": 'package a\n\nvar db, _ = sql.Open("mysql", "u:p@tcp(m:3306)/shop?parseTime=true")\n'},
        "mysql://m/shop",
    ),
    "go, libpq's form": (
        {"orders/db.go": 'package a\n\nvar dsn = "host=db port=5432 user=u password=p dbname=shop sslmode=disable"\n'},
        "postgresql://db/shop",
    ),
    "go, from the environment with a default": (
        {"orders/db.go": 'package a\n\nvar dsn = getEnv("DATABASE_DSN", "postgres://u:p@db:5432/shop?sslmode=disable")\n'},
        "postgresql://db/shop",
    ),
    "c#": (
        {"orders/P.cs": 'var c = new NpgsqlConnection("Host=db;Username=u;Password=p;Database=shop");\n'},
        "postgresql://db/shop",
    ),
    "sequelize-cli's json": (
        {"orders/config/config.json": '{"host": "db", "database": "shop", "dialect": "postgres", "username": "u"}'},
        "postgresql://db/shop",
    ),
    "serverless": (
        {"orders/serverless.yml": "service: orders\nprovider:\n  environment:\n    DATABASE_URL: postgres://u:p@db/shop\n"},
        "postgresql://db/shop",
    ),
    "task definition of ECS": (
        {
            "deploy/orders-task.json": '{"family": "orders", "containerDefinitions": [{"name": "orders", "environment":'
            ' [{"name": "DATABASE_URL", "value": "postgres://u:p@db/shop"}]}]}'
        },
        "postgresql://db/shop",
    ),
    "terraform lists": (
        {
            "infra/orders.tf": 'resource "kubernetes_deployment" "orders" {\n  env {\n    name  = "DATABASE_URL"\n'
            '    value = "postgres://u:p@db/shop"\n  }\n}\n'
        },
        "postgresql://db/shop",
    ),
    "elasticsearch of Spring": (
        {"orders/src/main/resources/application.yml": "spring.elasticsearch.uris: http://es:9200\n"},
        "elasticsearch://es",
    ),
    "a property after which its own variable is called": (
        {"orders/src/main/resources/application.yml": "elasticsearch:\n  host: ${ELASTICSEARCH_HOST:es}\n"},
        "elasticsearch://es",
    ),
    "redis of Spring": (
        {"orders/src/main/resources/application.yml": "spring:\n  data:\n    redis: {host: cache, port: 6379, database: 4}\n"},
        "redis://cache/4",
    ),
    "cassandra of Spring": (
        {
            "orders/src/main/resources/application.yml": "spring.cassandra:\n  contact-points: c\n  keyspace-name: shop\n"
            "  local-datacenter: dc1\n"
        },
        "cassandra://c/shop",
    ),
    "redis of .NET": (
        {"orders/appsettings.json": '{"ConnectionStrings": {"Redis": "cache:6379,password=x,defaultDatabase=2"}}'},
        "redis://cache/2",
    ),
    "mongo with a replica set": (
        {"orders/.env": "MONGODB_URI=mongodb://u:p@m1:27017,m2:27017/shop?replicaSet=rs0\n"},
        "mongodb://m1,m2/shop",
    ),
    "neo4j": ({"orders/.env": "NEO4J_URI=bolt://n:7687\n"}, "neo4j://n"),
    "clickhouse": ({"orders/.env": "CLICKHOUSE_HOST=ch\nCLICKHOUSE_DATABASE=shop\n"}, "clickhouse://ch/shop"),
    "dynamodb": ({"orders/.env": "DYNAMODB_ENDPOINT=http://dynamo:8000\n"}, "dynamodb://dynamo"),
    "couchbase": ({"orders/.env": "COUCHBASE_URL=couchbase://cb/shop\n"}, "couchbase://cb/shop"),
}


@pytest.mark.parametrize(("files", "database"), OTHERS.values(), ids=OTHERS)
def test_a_framework_s_settings_name_its_database(files: dict[str, str], database: str, tmp_path: Path) -> None:
    assert told(connections(tmp_path, service("orders", "billing") | files)) == {("orders", "", database)}


def test_a_broker_is_no_database(tmp_path: Path) -> None:
    lines = "spring.kafka.bootstrap-servers=kafka:9092\nspring.rabbitmq.host=mq\nspring.datasource.hikari.maximum-pool-size=5\n"
    files = {"orders/src/main/resources/application.properties": lines, "orders/.env": "KAFKA_URL=kafka://k:9092/shop\n"}
    assert connections(tmp_path, service("orders", "billing") | files) == ()
