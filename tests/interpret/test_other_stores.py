"""Stores other than SQL: what nobody can know of a name is counted and never guessed."""

import pytest

from tests.frameworks.lines import run
from tests.interpret.told import ALL, accesses, facts

_FLUX = """
from influxdb_client import InfluxDBClient
q = InfluxDBClient().query_api()
def f(b):
    q.query(f'from(bucket: "{b}") |> range(start: -1h)')
"""
_MONGO = "from pymongo import MongoClient\ndb = MongoClient()['shop']\ndef f(n):\n    "


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import redis\nr = redis.Redis()\ndef f(k):\n    r.get(k)\n", "dynamic-key"),
        ("import redis\nr = redis.Redis()\ndef f(k):\n    r.set(f'{k}:cart', 1)\n", "dynamic-key"),
        (f"{_MONGO}db[n].find_one({{}})\n", "dynamic-collection"),
        (f"{_MONGO}db.get_collection(n).find_one({{}})\n", "dynamic-collection"),
        ("from elasticsearch import Elasticsearch\nes = Elasticsearch()\ndef f(i):\n    es.search(index=i)\n", "dynamic-index"),
        (_FLUX, "dynamic-bucket"),
        ("import boto3\nc = boto3.client('dynamodb')\ndef f(t):\n    c.get_item(TableName=t)\n", "dynamic-table"),
    ],
)
def test_a_name_that_nobody_can_know_is_unresolved_and_no_access(source: str, reason: str) -> None:
    found = facts(source)
    assert found == {f"UNRESOLVED {reason}"}


def test_a_key_keeps_what_is_known_before_and_after_a_placeholder() -> None:
    source = """
        import redis
        r = redis.Redis()
        def f(user, day):
            r.get(f"session:{user}:cart")
            r.set("visits:%s:%s" % (day, user), 1)
    """
    assert facts(source) == {"READ session:*:cart[?]", "WRITE.update visits:*:*[?]"}


def test_a_wildcard_is_an_index_of_its_own_and_means_no_other() -> None:
    source = """
        from elasticsearch import Elasticsearch
        es = Elasticsearch()
        def f():
            es.search(index="logs-*")
            es.index(index="logs-2030", document={})
    """
    assert {line.partition("[")[0] for line in accesses(source)} == {"READ logs-*", "WRITE.upsert logs-2030"}


def test_a_function_that_passes_a_collections_name_on_is_resolved_where_it_is_called() -> None:
    source = """
        from pymongo import MongoClient
        db = MongoClient()["shop"]
        def collection(name):
            return db.get_collection(name)
        def f():
            collection("orders").insert_one({})
    """
    assert facts(source) == {"WRITE.insert shop.orders[?]"}


def test_functions_that_call_themselves_and_each_other_are_not_followed_along_every_way() -> None:
    source = """
        from pymongo import MongoClient
        db = MongoClient()["shop"]
        def condition(node):
            return wrap(node, lambda each: both(each), lambda each: either(each))
        def both(node):
            return wrap(node, lambda each: condition(each), lambda each: either(each))
        def either(node):
            return wrap(node, lambda each: condition(each), lambda each: both(each))
        def f(node):
            db.orders.find(condition(node.left))
    """
    assert "READ shop.orders[?]" in facts(source)


def test_malformed_flux_and_line_protocol_give_nothing_and_do_no_harm() -> None:
    source = """
        from influxdb_client import InfluxDBClient
        client = InfluxDBClient()
        def f():
            client.query_api().query("from(bucket:")
            client.write_api().write(bucket="ops", record=",,,=")
    """
    assert facts(source) <= {"UNRESOLVED dynamic-bucket", "WRITE.insert ops[?]"}


_HELPED = """
package main

import (
    "context"

    "example.com/tools/mongoutil"
    "go.mongodb.org/mongo-driver/bson"
    "go.mongodb.org/mongo-driver/mongo"
)

type Store struct { users *mongo.Collection }

func New(db *mongo.Database) *Store { return &Store{users: db.Collection("users")} }

func (s *Store) Take(ctx context.Context, id string) (*User, error) {
    return mongoutil.FindOne[*User](ctx, s.users, bson.M{"id": id})
}

func (s *Store) Create(ctx context.Context, users []*User) error {
    return mongoutil.InsertMany(ctx, s.users, users)
}

func (s *Store) Log(ctx context.Context) error {
    return errs.Wrap(ctx, s.users)
}
"""


def test_a_helper_of_a_library_that_is_called_like_a_verb_does_it_to_the_collection_it_gets() -> None:
    driver = next(framework for framework in ALL if framework.name == "go-mongo")
    found = run(driver, ALL, {"app/store.go": _HELPED})
    told = [(str(use.table), use.mode, use.place.line) for each in found.statements for use in each.accesses]
    assert told == [("users", "read", 17), ("users", "write", 21)]
