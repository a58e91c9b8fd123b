"""Names of collections, buckets and keys that settings give, as each service has set them."""

import textwrap
from pathlib import Path

from dblint.config import load
from dblint.model.system import System
from dblint.pipeline import analyse

_PROJECT = '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>\n'
_SETTINGS = """
    namespace Catalog;
    public interface IDatabaseSettings { string CoursesName { get; set; } string Url { get; set; } }
    public class DatabaseSettings : IDatabaseSettings { public string CoursesName { get; set; } public string Url { get; set; }}
    """
_JAVA_ORDER = """
    package shop;
    import org.springframework.data.mongodb.core.mapping.Document;
    @Document(collection = "%s")
    public class Order { String id; }
    """
_JAVA_SERVICE = """
    package shop;
    import org.springframework.data.mongodb.core.MongoTemplate;
    public class Service { MongoTemplate mongoTemplate; void run() { mongoTemplate.findAll(Order.class); } }
    """


def _system(root: Path, files: dict[str, str]) -> System:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), "utf-8")
    return analyse(root, load(None, root)).system


def _accesses(found: System) -> set[tuple[str, str, str]]:
    return {(each.service, str(each.table.name), each.mode) for each in found.accesses}


def _csharp(root: Path, body: str) -> System:
    source = "using MongoDB.Driver;\nnamespace Catalog;\n" + textwrap.dedent(body) + "public class Course { }\n"
    appsettings = '{"DatabaseSettings": {"CoursesName": "courses", "Url": "mongodb://mongo"}, "Other": {"Name": "x"}}'
    files = {
        "catalog/Catalog.csproj": _PROJECT,
        "catalog/Dockerfile": "FROM dotnet\n",
        "catalog/appsettings.json": appsettings,
        "catalog/Settings.cs": _SETTINGS,
        "catalog/Service.cs": source,
        "web/Dockerfile": "FROM nginx\n",
    }
    return _system(root, files)


def test_a_collection_is_called_as_the_section_says_that_fills_a_class_of_settings(tmp_path: Path) -> None:
    body = """
        public class Service(IDatabaseSettings settings, IMongoDatabase database)
        {
            public void Run() { database.GetCollection<Course>(settings.CoursesName).InsertOne(new Course()); }
        }
        """
    assert _accesses(_csharp(tmp_path, body)) == {("catalog", "courses", "write")}


def test_options_hold_an_object_of_settings(tmp_path: Path) -> None:
    body = """
        public class Service
        {
            private readonly IMongoCollection<Course> _courses;
            public Service(IOptions<DatabaseSettings> options, IMongoDatabase database)
            {
                _courses = database.GetCollection<Course>(options.Value.CoursesName);
            }
            public void Run() { _courses.Find(x => true).ToList(); }
        }
        """
    assert _accesses(_csharp(tmp_path, body)) == {("catalog", "courses", "read")}


def test_a_configuration_is_asked_by_the_path_to_a_setting(tmp_path: Path) -> None:
    body = """
        public class Service(IConfiguration configuration, IMongoDatabase database)
        {
            public void Run()
            {
                database.GetCollection<Course>(configuration["DatabaseSettings:CoursesName"]).DeleteMany(x => true);
                database.GetCollection<Course>(configuration.GetSection("Other")["Name"]).Find(x => true);
            }
        }
        """
    assert _accesses(_csharp(tmp_path, body)) == {("catalog", "courses", "write"), ("catalog", "x", "read")}


def test_a_setting_that_nothing_sets_leaves_the_place_unresolved(tmp_path: Path) -> None:
    body = """
        public class Service(IConfiguration configuration, IMongoDatabase database)
        {
            public void Run() { database.GetCollection<Course>(configuration["Mongo:Missing"]).Find(x => true); }
        }
        """
    found = _csharp(tmp_path, body)
    assert not found.accesses
    assert [(each.service, each.reason, each.partial) for each in found.unresolved] == [
        ("catalog", "dynamic-collection", "${Mongo.Missing}")
    ]
    assert found.coverage.dynamic == 1


def test_two_services_that_run_one_library_use_the_names_that_each_has_set(tmp_path: Path) -> None:
    compose = """
        services:
          a: {build: ./a, environment: {KEYS: sessions}}
          b: {build: ./b, environment: {KEYS: carts}}
        """
    library = """
        import os
        import redis
        client = redis.Redis(host="redis")
        def put(number):
            client.set(f"{os.environ['KEYS']}:{number}", 1)
        """
    files = {"docker-compose.yml": compose, "common/keys.py": library}
    for name in ("a", "b"):
        files |= {f"{name}/Dockerfile": "FROM python\n", f"{name}/app.py": "from common.keys import put\nput(1)\n"}
    assert _accesses(_system(tmp_path, files)) == {("a", "sessions:*", "write"), ("b", "carts:*", "write")}


def test_a_bucket_and_a_table_are_called_as_the_environment_says(tmp_path: Path) -> None:
    compose = "services: {a: {build: ./a, environment: {BUCKET: metrics, ORDERS_TABLE: orders}}}\n"
    code = """
        import os
        import boto3
        from influxdb_client import InfluxDBClient, Point
        bucket = os.environ["BUCKET"]
        client = InfluxDBClient(url="http://influx:8086", token="t", org="o")
        def run():
            client.write_api().write(bucket=bucket, record=Point("cpu").field("v", 1))
            client.query_api().query(f'from(bucket: "{bucket}") |> filter(fn: (r) => r._measurement == "cpu")')
            boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"]).put_item(Item={})
        """
    found = _system(tmp_path, {"docker-compose.yml": compose, "a/Dockerfile": "FROM python\n", "a/app.py": code})
    assert _accesses(found) == {("a", "metrics/cpu", "write"), ("a", "metrics/cpu", "read"), ("a", "orders", "write")}


def _spring(root: Path, collection: str) -> System:
    files = {
        "shop/pom.xml": "<project><artifactId>shop</artifactId></project>",
        "shop/src/main/resources/application.yml": "shop: {orders: purchases}\n",
        "shop/src/main/java/shop/Order.java": _JAVA_ORDER % collection,
        "shop/src/main/java/shop/Service.java": _JAVA_SERVICE,
    }
    return _system(root, files)


def test_a_placeholder_of_spring_is_a_property(tmp_path: Path) -> None:
    assert _accesses(_spring(tmp_path, "${shop.orders}")) == {("shop", "purchases", "read")}


def test_an_expression_of_spring_asks_the_environment_for_a_property(tmp_path: Path) -> None:
    assert _accesses(_spring(tmp_path, "#{@environment.getProperty('shop.orders')}")) == {("shop", "purchases", "read")}


def test_an_expression_that_only_spring_can_work_out_is_unresolved(tmp_path: Path) -> None:
    found = _spring(tmp_path, "#{@names.orders()}")
    assert not found.accesses
    assert [each.reason for each in found.unresolved] == ["dynamic-collection"]


def test_a_database_whose_name_is_no_identifier_is_a_database(tmp_path: Path) -> None:
    code = """
        from pymongo import MongoClient
        client = MongoClient("mongodb://mongo")
        def run():
            client["tap-news"]["news"].find_one({})
        """
    found = _system(tmp_path, {"a/Dockerfile": "FROM python\n", "a/app.py": code})
    assert {(each.table.database, each.table.name) for each in found.accesses} == {("mongodb://mongo/tap-news", "news")}
