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


_UNKNOWN = {
    "go-redis, the driver of MongoDB": (
        "app/store.go",
        """
package main

import (
    "context"

    "github.com/redis/go-redis/v9"
    "go.mongodb.org/mongo-driver/bson"
    "go.mongodb.org/mongo-driver/mongo"
)

func f(ctx context.Context, rdb *redis.Client, db *mongo.Database, key string, name string) {
    rdb.Get(ctx, key)
    rdb.Set(ctx, key+":cart", 1, 0)
    db.Collection(name).FindOne(ctx, bson.M{})
}
""",
        {"dynamic-key", "dynamic-collection"},
    ),
    "ioredis, mongodb, Elasticsearch's client": (
        "app/store.ts",
        """
import Redis from "ioredis";
import { Db } from "mongodb";
import { Client } from "@elastic/elasticsearch";
const redis = new Redis(); const es = new Client({ node: "http://es:9200" });
export async function f(db: Db, key: string, name: string) {
  await redis.get(key);
  await redis.set(`${key}:cart`, 1);
  await db.collection(name).findOne({});
  await es.index({ index: name, document: {} });
}
""",
        {"dynamic-key", "dynamic-collection", "dynamic-index"},
    ),
    "StackExchange.Redis, the driver of MongoDB for .NET": (
        "app/Store.cs",
        """
using MongoDB.Driver;
using StackExchange.Redis;
public class Store {
    public void F(IMongoDatabase db, IDatabase redis, string key, string name) {
        redis.StringGet(key);
        redis.StringSet($"{key}:cart", 1);
        db.GetCollection<object>(name).Find(x => true);
    }
}
""",
        {"dynamic-key", "dynamic-collection"},
    ),
    "Spring, Jedis, the driver of MongoDB for Java": (
        "app/Store.java",
        """
import com.mongodb.client.MongoDatabase;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.Jedis;
public class Store {
    void f(MongoDatabase db, StringRedisTemplate template, Jedis jedis, String key, String name) {
        template.opsForValue().set(key + ":cart", "1");
        jedis.get(key);
        db.getCollection(name).find();
    }
}
""",
        {"dynamic-key", "dynamic-collection"},
    ),
}


@pytest.mark.parametrize("library", _UNKNOWN)
def test_names_that_nobody_can_know_are_counted_in_every_language(library: str) -> None:
    path, source, reasons = _UNKNOWN[library]
    family = {"go": "go", "ts": "javascript", "cs": "csharp", "java": "jvm"}[path.rpartition(".")[2]]
    framework = next(each for each in ALL if each.language == family)
    found = run(framework, ALL, {path: source})
    assert not found.statements
    assert {each.reason for each in found.unresolved} == reasons


def test_a_key_that_ends_in_a_colon_is_a_prefix() -> None:
    source = """
        import redis
        r = redis.Redis()
        PREFIX = "revoked:"
        def save(key):
            r.set(key, 1)
        def f(user):
            save(PREFIX)
            r.get(PREFIX + user)
    """
    assert facts(source) == {"READ revoked:*[?]", "WRITE.update revoked:*[?]"}
