"""Stores that are no SQL databases: collections and keys have owners and users like tables."""

from pathlib import Path

from dblint import config, pipeline
from dblint.analysis import Analysis

COMPOSE = """
services:
  orders: {build: ./orders, environment: {MONGO_URL: "mongodb://mongo:27017/shop"}}
  reports: {build: ./reports, environment: {MONGO_URL: "mongodb://mongo:27017/"}}
  carts: {build: ./carts, environment: {MONGO_URL: "mongodb://other:27017/shop"}}
  mongo: {image: mongo}
  other: {image: mongo}
"""
CLIENT = """
import os
from pymongo import MongoClient
client = MongoClient(os.environ["MONGO_URL"])
"""
ORDERS = """
db = client.get_default_database()
db.orders.create_index("id")
def add(order):
    db.orders.insert_one(order)
"""


def _analysed(root: Path, **sources: str) -> Analysis:
    (root / "docker-compose.yml").write_text(COMPOSE)
    for name, source in sources.items():
        (root / name).mkdir()
        (root / name / "Dockerfile").write_text("FROM python\n")
        (root / name / "app.py").write_text(CLIENT + source)
    return pipeline.analyse(root, config.load(None, root))


def test_a_collection_that_another_service_reads_on_one_server_is_a_cross_service_read(tmp_path: Path) -> None:
    found = _analysed(tmp_path, orders=ORDERS, reports="def load():\n    return client.shop.orders.find({})\n")
    reads = [each for each in found.findings if each.rule == "cross-service-read"]
    assert [(each.service, each.owner, each.table.store) for each in reads] == [("reports", "orders", "mongodb")]


def test_a_collection_of_one_name_on_another_server_is_another_collection(tmp_path: Path) -> None:
    found = _analysed(tmp_path, orders=ORDERS, carts="def add():\n    client.shop.orders.insert_one({})\n")
    assert not [each for each in found.findings if each.rule.startswith("cross-")]
    assert {(table.id.database, table.owner) for table in found.system.tables} == {
        ("mongodb://mongo/shop", "orders"),
        ("mongodb://other/shop", "carts"),
    }


def test_an_index_on_a_collection_makes_no_sql_table(tmp_path: Path) -> None:
    found = _analysed(tmp_path, orders=ORDERS)
    assert {table.id.store for table in found.system.tables} == {"mongodb"}


_SEARCH = """
services:
  writer: {build: ./writer, environment: {ES: "http://es:9200"}}
  other: {build: ./other, environment: {ES: "http://es:9200"}}
  reader: {build: ./reader, environment: {ES: "http://es:9200"}}
  es: {image: elasticsearch}
"""
_ES = "import os\nfrom elasticsearch import Elasticsearch\nes = Elasticsearch(os.environ['ES'])\n"
_QUEUE = """
services:
  shop: {build: ./shop, environment: {REDIS_URL: "redis://redis:6379/0"}}
  mailer: {build: ./mailer, environment: {REDIS_URL: "redis://redis:6379/0"}}
  redis: {image: redis}
"""
_REDIS = "import os\nimport redis\nr = redis.from_url(os.environ['REDIS_URL'])\n"


def _tree(root: Path, compose: str, head: str, **sources: str) -> Analysis:
    (root / "docker-compose.yml").write_text(compose)
    for name, source in sources.items():
        (root / name).mkdir()
        (root / name / "Dockerfile").write_text("FROM python\n")
        (root / name / "app.py").write_text(head + source)
    return pipeline.analyse(root, config.load(None, root))


def test_a_wildcard_that_several_indices_fit_is_unresolved_and_no_finding(tmp_path: Path) -> None:
    found = _tree(
        tmp_path,
        _SEARCH,
        _ES,
        writer="def f():\n    es.index(index='logs-app', document={})\n",
        other="def f():\n    es.index(index='logs-web', document={})\n",
        reader="def f():\n    es.search(index='logs-*')\n",
    )
    assert [(each.service, each.reason) for each in found.system.unresolved] == [("reader", "wildcard-index")]
    assert not [each for each in found.findings if each.rule.startswith("cross-")]
    assert "logs-*" not in {table.id.name for table in found.system.tables}


def test_a_wildcard_that_one_index_fits_is_a_guess_and_never_an_error(tmp_path: Path) -> None:
    found = _tree(
        tmp_path,
        _SEARCH,
        _ES,
        writer="def f():\n    es.index(index='logs-app', document={})\n",
        other="",
        reader="def f():\n    es.search(index='logs-*')\n",
    )
    (access,) = [each for each in found.system.accesses if each.service == "reader"]
    assert (access.table.name, access.confidence) == ("logs-app", "guess")
    assert {each.severity for each in found.findings if each.rule.startswith("cross-")} <= {"warning", "note"}


def test_a_queue_between_two_services_is_a_note(tmp_path: Path) -> None:
    found = _tree(
        tmp_path, _QUEUE, _REDIS, shop="def f(job):\n    r.lpush('mails', job)\n", mailer="def f():\n    r.brpop('mails')\n"
    )
    (told,) = [each for each in found.findings if each.rule.startswith("cross-")]
    assert (told.service, told.table.name, told.severity) == ("mailer", "mails", "note")
    assert "takes messages from" in told.message
    assert [table.kind for table in found.system.tables] == ["queue"]


def test_a_key_that_another_service_reads_is_no_queue(tmp_path: Path) -> None:
    found = _tree(
        tmp_path,
        _QUEUE,
        _REDIS,
        shop="def f(u):\n    r.set(f'cart:{u}', 1)\n",
        mailer="def f(u):\n    return r.get(f'cart:{u}')\n",
    )
    (told,) = [each for each in found.findings if each.rule.startswith("cross-")]
    assert (told.service, told.table.name) == ("mailer", "cart:*")
    assert told.severity != "note"


def test_what_cannot_be_told_of_a_store_is_told_of_that_store(tmp_path: Path) -> None:
    found = _analysed(
        tmp_path,
        orders="def f(name):\n    client.shop[name].find_one({})\n",
        carts="import redis\nr = redis.Redis()\ndef f(key):\n    r.get(key)\n",
    )
    told = {(each.service, each.table.store) for each in found.findings if each.rule == "unresolved-access"}
    assert told == {("orders", "mongodb"), ("carts", "redis")}
