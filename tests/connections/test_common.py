"""What a deployment hands to all services from one place, and what one setting takes from another."""

from pathlib import Path

import pytest

from tests.connections.trees import connections, service, told

COMPOSE = "docker-compose.yml"
ALL = "POSTGRES_HOST=db\nPOSTGRES_DB=shop\nPOSTGRES_USER=u\nREDIS_HOST=cache\n"
BOTH = {
    COMPOSE: "services:\n  orders: {build: ./orders, env_file: all.env}\n  billing: {build: ./billing, env_file: all.env}\n"
    "  db: {image: postgres}\n  cache: {image: redis}\n",
    "all.env": ALL,
}
READS = "import os\nhost, name = os.environ['POSTGRES_HOST'], os.environ['POSTGRES_DB']\n"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: all}\ndata: {POSTGRES_HOST: db, POSTGRES_DB: shop}\n"
DEPLOYMENT = (
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: X}\nspec: {template: {spec: {containers: [{name: X,"
    " image: a/X, envFrom: [{configMapRef: {name: all}}]}]}}}\n"
)
URL = "spring.datasource.url=${SPRING_DATASOURCE_URL:jdbc:postgresql://${POSTGRES_HOST:localhost}:5432/orders}\n"


@pytest.mark.parametrize(
    "code",
    [
        READS,
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    postgres_host: str\n    postgres_db: str\n",
        'from environs import Env\n\nenv = Env(prefix="POSTGRES_")\n',
    ],
    ids=["environment", "fields", "prefix"],
)
def test_a_variable_that_all_get_proves_a_connection_of_those_who_name_it(code: str, tmp_path: Path) -> None:
    found = connections(tmp_path, service("orders", "billing") | BOTH | {"orders/app.py": code})
    assert told(found) == {("orders", "", "postgresql://db/shop")}


def test_a_library_may_name_it_for_all(tmp_path: Path) -> None:
    found = connections(tmp_path, service("orders", "billing") | BOTH | {"shared/settings.py": READS})
    assert told(found) == {("orders", "", "postgresql://db/shop"), ("billing", "", "postgresql://db/shop")}


def test_a_config_map_for_all_is_no_connection_of_all(tmp_path: Path) -> None:
    files = {"k8s/all.yaml": MAP + DEPLOYMENT.replace("X", "orders") + DEPLOYMENT.replace("X", "billing")}
    found = connections(tmp_path, service("orders", "billing") | files | {"orders/app.py": READS})
    assert told(found) == {("orders", "kubernetes", "postgresql://db/shop")}


def test_variables_that_a_connection_string_is_put_together_from_are_no_connection_by_themselves(tmp_path: Path) -> None:
    files = {
        COMPOSE: "services:\n  orders: {build: ./orders, environment: {POSTGRES_HOST: db, POSTGRES_DB: all}}\n"
        "  db: {image: postgres}\n",
        "orders/src/main/resources/application.properties": URL,
    }
    assert told(connections(tmp_path, service("orders", "billing") | files)) == {("orders", "", "postgresql://db/orders")}


NET = service("orders", "billing") | {
    "orders/Orders.csproj": "<Project Sdk='Microsoft.NET.Sdk.Web'></Project>",
    "orders/Program.cs": "class Program { }\n",
}
STRING = '{"ConnectionStrings": {"Shop": "Server=db;Database=shop;User Id=u"}}'


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('class Data { Data(IConfiguration c) { c.GetConnectionString("Shop"); } }', {("orders", "", "sqlserver://db/shop")}),
        ("class Options { public string Shop { get; set; } }", {("orders", "", "sqlserver://db/shop")}),
        ('class Data { Data(IConfiguration c) { c.GetConnectionString("ShopArchive"); } }', set()),
    ],
    ids=["named", "bound to a class", "another"],
)
def test_a_connection_string_that_no_code_asks_for_proves_nothing(
    code: str, expected: set[tuple[str, str, str]], tmp_path: Path
) -> None:
    found = connections(tmp_path, NET | {"orders/appsettings.json": STRING, "orders/Data.cs": code})
    assert told(found) == expected


def test_a_connection_string_for_a_component_of_aspire_needs_no_code_that_asks_for_it(tmp_path: Path) -> None:
    string = '{"Aspire": {"Npgsql": {"ConnectionString": "Host=db;Database=shop;Username=u"}}}'
    assert told(connections(tmp_path, NET | {"orders/appsettings.json": string})) == {("orders", "", "postgresql://db/shop")}
