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
