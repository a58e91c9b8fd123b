"""Connections in JavaScript and TypeScript, in the forms of their libraries."""

from pathlib import Path

import pytest

from dblint.connections.javascript import connections
from dblint.connections.tokens import calls_and_objects, tokens, with_constants
from tests.connections import trees

ENV = {"DB_HOST": "db", "DB_NAME": "shop", "DATABASE_URL": "postgres://u:p@db/shop"}
FORMS = {
    "knexfile": (
        (
            "module.exports = {\n  development: {client: 'pg', connection: {host: 'localhost', database: 'dev'}},\n"
            "  production: {client: 'pg', connection: process.env.DATABASE_URL, pool: {min: 2}},\n};\n"
        ),
        {("development", "postgresql://localhost/dev"), ("production", "${DATABASE_URL}")},
    ),
    "knex": (
        (
            "import knex from 'knex';\nknex({client: 'mysql2', connection: {host: process.env.DB_HOST || 'db',"
            " user: 'u', password: process.env.PW, database: 'shop'}});\n"
        ),
        {("", "mysql://u@${DB_HOST:-db}/shop")},
    ),
    "knex search path": (
        "const c: Knex.Config = {client: 'pg', connection: {host: 'db', database: 'shop'}, searchPath: ['sales', 'public']};\n",
        {("", "postgresql://db/shop?schema=sales")},
    ),
    "typeorm data source": (
        (
            "export const AppDataSource = new DataSource({\n  type: 'postgres',\n  host: process.env.DB_HOST,\n"
            "  port: Number(process.env.DB_PORT ?? 5432),\n  database: 'shop',\n  entities: [__dirname + '/*.ts'],\n});\n"
        ),
        {("", "postgresql://${DB_HOST}:${DB_PORT:-5432}/shop")},
    ),
    "shorthand": (
        (
            "const host = process.env.DB_HOST || 'localhost';\nconst port = Number(process.env.DB_PORT || 5432);\n"
            "const username = process.env.DB_USER || 'app', password = 'secret';\nconst database = 'shop';\n"
            "TypeOrmModule.forRoot({type: 'postgres' as const, host, port, username, password, database});\n"
        ),
        {("", "postgresql://${DB_USER:-app}@${DB_HOST:-localhost}:${DB_PORT:-5432}/shop")},
    ),
    "nest": (
        (
            "@Module({imports: [TypeOrmModule.forRootAsync({useFactory: (config: ConfigService) => ({\n"
            "  type: 'mysql', host: config.get<string>('DB_HOST'), database: config.get('DB_NAME', 'shop')})})]})\nclass A {}\n"
        ),
        {("", "mysql://${DB_HOST}/${DB_NAME:-shop}")},
    ),
    "ormconfig with replication": (
        "module.exports = [{type: 'mysql', replication: {master: {host: 'm', database: 'shop'}, slaves: [{host: 'r'}]}}];\n",
        {("", "mysql://m/shop")},
    ),
    "sequelize": (
        "import { Sequelize } from 'sequelize';\nnew Sequelize('shop', 'u', 'secret', {host: 'db', dialect: 'mariadb'});\n",
        {("", "mysql://u@db/shop")},
    ),
    "sequelize by url": (
        "import { Sequelize } from 'sequelize';\nconst s = new Sequelize(process.env.DATABASE_URL!, {logging: false});\n",
        {("", "${DATABASE_URL}")},
    ),
    "sequelize configuration": (
        (
            "module.exports = {production: {use_env_variable: 'DATABASE_URL', dialect: 'postgres'}, staging: {username: 'u',"
            " password: null, database: 'shop', host: 'db', dialect: 'postgres'}}\n"
        ),
        {("production", "${DATABASE_URL}"), ("staging", "postgresql://u@db/shop")},
    ),
    "pg": (
        "const { Pool } = require('pg')\nconst pool = new Pool({host: 'db', user: 'u', password: 'p', database: 'shop'})\n",
        {("", "postgresql://u@db/shop")},
    ),
    "pg, names taken from the environment": (
        (
            "import { Pool } from 'pg'\nconst { DB_HOST, DB_NAME = 'shop' } = process.env\n"
            "const pool = new Pool({host: DB_HOST, database: DB_NAME})\n"
        ),
        {("", "postgresql://${DB_HOST}/${DB_NAME:-shop}")},
    ),
    "pg, put together": (
        (
            "import { Client } from 'pg'\nconst host = process.env.DB_HOST || 'db';\n"
            "const c = new Client({connectionString: `postgres://u:${process.env.PW}@${host}/shop`});\n"
        ),
        {("", "postgres://u@${DB_HOST:-db}/shop")},
    ),
    "mysql": (
        "const mysql = require('mysql2/promise');\nconst c = mysql.createPool({host: 'db', database: 'shop', user: 'u'});\n",
        {("", "mysql://u@db/shop")},
    ),
    "mongoose": (
        "const mongoose = require('mongoose');\nmongoose.connect('mongodb://m:27017', {dbName: 'shop'});\n",
        {("", "mongodb://m:27017/shop")},
    ),
    "nest mongoose": (
        "import { MongooseModule } from '@nestjs/mongoose';\nMongooseModule.forRoot(process.env.MONGO || 'mongodb://m/shop')\n",
        {("", "${MONGO:-mongodb://m/shop}")},
    ),
    "redis": (
        "import Redis from 'ioredis';\nconst r = new Redis({host: 'cache', port: 6379, db: 2});\n",
        {("", "redis://cache:6379/2")},
    ),
    "redis client": (
        "const { createClient } = require('redis');\ncreateClient({url: 'redis://cache/1'});\n",
        {("", "redis://cache/1")},
    ),
    "drizzle": (
        "export default defineConfig({dialect: 'postgresql', dbCredentials: {url: process.env.DATABASE_URL!}});\n",
        {("", "${DATABASE_URL}")},
    ),
    "mikro-orm": (
        "export default defineConfig({type: 'postgresql', dbName: 'shop', host: 'db', user: 'u', password: 'p'});\n",
        {("", "postgresql://u@db/shop")},
    ),
    "no semicolons": (
        "const redis = require('redis')\nvar host = process.env.HOST || 'cache'\nvar p = 1\nredis.createClient({host: host})\n",
        {("", "redis://${HOST:-cache}/")},
    ),
    "sqlite": ("const o = {type: 'better-sqlite3', database: 'data/a.db'};\n", {("", "sqlite:///data/a.db")}),
    "a request is no connection": ("axios({url: 'http://orders/1', type: 'json', client: 'web'});\n", set()),
    "a component is no connection": ("const p = {type: 'button', host: 'x', driver: 'mouse'};\n", set()),
    "another package's pool": ("import { Pool } from 'threads';\nnew Pool({host: 'db', database: 'shop'});\n", set()),
    "comments": ("// new Pool({host: 'db'})\n/* const a = {type: 'mysql', host: 'db', database: 'x'} */\n", set()),
}


@pytest.mark.parametrize(("text", "expected"), FORMS.values(), ids=FORMS)
def test_a_library_s_way_to_name_a_database(text: str, expected: set[tuple[str, str]]) -> None:
    assert {(environment, item.value) for environment, _, item in connections(text)} == expected


@pytest.mark.parametrize(
    "text", ["({[" * 20_000, "a(" * 20_000 + "{host:", "`${`" * 5_000, "{a:" * 10_000, "const a = '" + "\\" * 5_000]
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    assert list(connections(f"host url type\n{text}")) == []


def test_what_an_object_is_given_by_its_name_alone_is_no_password() -> None:
    text = "const { host = 'db', password = 'canary' } = process.env;\nnew Client({ host, password });\n"
    found = list(calls_and_objects(with_constants(tokens(text), text)))
    assert any("host" in str(each) for each in found)
    assert "canary" not in str(found)


def test_the_environment_of_a_deployment_fills_in_what_code_reads(tmp_path: Path) -> None:
    files = {
        "docker-compose.yml": "services:\n  orders: {build: ./orders, environment: {DB_HOST: db}}\n"
        "  db: {image: postgres, environment: {POSTGRES_DB: shop}}\n",
        "orders/package.json": '{"scripts": {"start": "node a.js"}}\n',
        "orders/src/db.ts": "import { Pool } from 'pg';\nnew Pool({host: process.env.DB_HOST, database: 'shop'});\n",
    }
    links = trees.connections(tmp_path, trees.service("orders", "billing") | files)
    assert ("orders", "", "postgresql://db/shop") in trees.told(links)
