"""Connections that Python code opens, as far as the code itself says which databases they reach."""

import textwrap

import pytest

from dblint import frameworks, languages
from dblint.interpret import Interpretation, interpret

ALL = frameworks.load()
WORDS = frameworks.vocabulary(ALL, "python")


def read(source: str, **files: str) -> Interpretation:
    texts = {"app/db.py": textwrap.dedent(source)}
    texts |= {f"app/{name}.py": textwrap.dedent(text) for name, text in files.items()}
    return interpret([languages.read(path, "python", text, WORDS) for path, text in texts.items()], ALL)


def urls(source: str, **files: str) -> list[str]:
    return [f"{each.key} {each.url}".strip() if "/" not in each.key else each.url for each in read(source, **files).connections]


@pytest.mark.parametrize(
    ("code", "url"),
    [
        ('import psycopg\npsycopg.connect("postgresql://app@db/shop")', "postgresql://app@db/shop"),
        ('import psycopg2\npsycopg2.connect("dbname=shop host=db user=app")', "dbname=shop host=db user=app"),
        ('import psycopg2\npsycopg2.connect(dbname="shop", host="db", user="app", port=5433)', "postgresql://app@db:5433/shop"),
        ('from psycopg_pool import ConnectionPool\nConnectionPool(conninfo="postgresql://db/shop")', "postgresql://db/shop"),
        (
            'from psycopg2.pool import ThreadedConnectionPool as P\npool = P(1, 5, host="db", dbname="shop")',
            "postgresql://db/shop",
        ),
        ('import asyncpg\nasync def f():\n    await asyncpg.create_pool(dsn="postgres://db/shop")', "postgres://db/shop"),
        ('import asyncpg\nasync def f():\n    await asyncpg.connect(host="db", database="shop")', "postgresql://db/shop"),
        ('import aiopg\nasync def f():\n    await aiopg.create_pool("dbname=shop host=db")', "dbname=shop host=db"),
        ('import pymysql\npymysql.connect(host="db", user="app", database="shop")', "mysql://app@db/shop"),
        ('import MySQLdb\nMySQLdb.connect("db", "app", "x", "shop")', "mysql://app@db/shop"),
        ('import mysql.connector\nmysql.connector.connect(host="db", database="shop")', "mysql://db/shop"),
        ('import sqlite3\nsqlite3.connect("data/app.db")', "sqlite:///data/app.db"),
        ('import sqlite3\nsqlite3.connect(":memory:")', "sqlite:///:memory:"),
        ('import pyodbc\npyodbc.connect("SERVER=sql1;DATABASE=shop;UID=app")', "SERVER=sql1;DATABASE=shop;UID=app"),
        ('import oracledb\noracledb.connect(user="app", dsn="db:1521/SHOP")', "app@db:1521/SHOP"),
        ('from sqlalchemy import create_engine as ce\ne = ce("mysql+pymysql://app@db/shop")', "mysql+pymysql://app@db/shop"),
        (
            'import sqlalchemy as s\nU = s.URL.create("postgresql", "app", host="db", database="shop")\ne = s.create_engine(U)',
            "postgresql://app@db/shop",
        ),
        (
            'from sqlalchemy import engine_from_config\nS = {"sqlalchemy.url": "postgresql://db/shop"}\nengine_from_config(S)',
            "postgresql://db/shop",
        ),
        ('from databases import Database\ndatabase = Database("postgresql://db/shop")', "postgresql://db/shop"),
        (
            'from peewee import PostgresqlDatabase\ndb = PostgresqlDatabase("shop", host="db", user="app")',
            "postgresql://app@db/shop",
        ),
        ('from playhouse.db_url import connect\ndb = connect("mysql://db/shop")', "mysql://db/shop"),
        (
            'from tortoise import Tortoise\nasync def f():\n    await Tortoise.init(db_url="postgres://db/shop")',
            "postgres://db/shop",
        ),
        (
            'from pony.orm import Database\ndb = Database()\ndb.bind(provider="postgres", host="db", database="shop")',
            "postgres://db/shop",
        ),
        (
            'from piccolo.engine.postgres import PostgresEngine\nDB = PostgresEngine({"host": "db", "database": "shop"})',
            "postgresql://db/shop",
        ),
        ('import psycopg2\nP = dict(host="db", dbname="shop")\npsycopg2.connect(**P)', "postgresql://db/shop"),
        ('from pymongo import MongoClient\nc = MongoClient("mongodb://mongo/shop")', "mongodb://mongo/shop"),
        ('import redis\nr = redis.Redis(host="cache", db=2)', "redis://cache/2"),
        ('from cassandra.cluster import Cluster\nc = Cluster(["node1", "node2"])', "cassandra://node1"),
    ],
)
def test_a_call_opens_a_connection(code: str, url: str) -> None:
    assert urls(code) == [url]


@pytest.mark.parametrize(
    ("expression", "url"),
    [
        ('os.environ["DATABASE_URL"]', "${DATABASE_URL}"),
        ('os.environ.get("DATABASE_URL")', "${DATABASE_URL}"),
        ('os.getenv("DATABASE_URL", "postgresql://db/shop")', "${DATABASE_URL-postgresql://db/shop}"),
        ('os.getenv("DATABASE_URL") or "postgresql://db/shop"', "${DATABASE_URL-postgresql://db/shop}"),
        ('decouple.config("DATABASE_URL", default="postgresql://db/shop")', "${DATABASE_URL-postgresql://db/shop}"),
        ('Env().str("DATABASE_URL")', "${DATABASE_URL}"),
        ("f\"postgresql://{os.environ['DB_USER']}@{HOST}/shop\"", "postgresql://${DB_USER}@db/shop"),
        ('"postgresql://%s/%s" % (HOST, os.environ["DB_NAME"])', "postgresql://db/${DB_NAME}"),
        ('"postgresql://{}/shop".format(unknown())', "postgresql://${?}/shop"),
        ("url()", "postgresql://db/${DB_NAME-shop}"),
        ("Config.URL", "${DATABASE_URL-sqlite:///x.db}"),
        ("Parts().url", "postgresql://${DB_HOST-db}/shop"),
    ],
)
def test_an_environment_variable_stands_where_no_literal_does(expression: str, url: str) -> None:
    source = f"""
        import os
        import decouple
        from environs import Env
        from sqlalchemy import create_engine

        HOST = "db"

        class Config:
            URL = os.environ.get("DATABASE_URL", "sqlite:///x.db")

        class Parts:
            def __init__(self):
                self.host = os.getenv("DB_HOST", "db").strip()

            @property
            def url(self):
                return f"postgresql://{{self.host}}/shop"

        def url():
            name = os.getenv("DB_NAME", "shop")
            return f"postgresql://{{HOST}}/{{name}}"

        engine = create_engine({expression})
        """
    assert urls(source) == [url]


def test_fields_of_a_settings_class_are_variables() -> None:
    source = """
        from pydantic import Field
        from pydantic_settings import BaseSettings, SettingsConfigDict
        from sqlalchemy.ext.asyncio import create_async_engine

        class Settings(BaseSettings):
            model_config = SettingsConfigDict(env_prefix="shop_")
            host: str = "db"
            name: str
            user: str = Field("app", alias="PGUSER")
            password: str = "hunter2"

            @property
            def url(self) -> str:
                return f"postgresql+asyncpg://{self.user}:{self.password}@{self.host}/{self.name}"

        settings = Settings()
        engine = create_async_engine(settings.url)
        """
    assert urls(source) == ["postgresql+asyncpg://${PGUSER-app}@${SHOP_HOST-db}/${SHOP_NAME}"]


def test_settings_are_found_in_another_file_and_through_a_parameter() -> None:
    settings = """
        import os

        class Config:
            def __init__(self):
                self.name = os.environ["DB_NAME"]

        CFG = Config()
        """
    source = """
        import psycopg
        from app.settings import CFG, Config

        def pool(config: Config):
            return psycopg.connect(f"postgresql://db/{config.name}")

        def direct():
            return psycopg.connect(f"postgresql://db/{CFG.name}")
        """
    assert urls(source, settings=settings) == ["postgresql://db/${DB_NAME}"] * 2


def test_the_databases_of_django_have_their_aliases() -> None:
    source = """
        import os
        import dj_database_url
        import environ

        env = environ.Env()
        BASE_DIR = Path(__file__).parent
        ALIAS = "named"
        DATABASES = {
            "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": os.environ.get("DB_HOST", "db"),
                        "USER": "app", "PASSWORD": "hunter2", "OPTIONS": {"options": "-c search_path=orders,public"}},
            "reports": dj_database_url.config(default="postgres://db/reports"),
            "old": dj_database_url.parse(os.environ["OLD_URL"]),
            "other": env.db("OTHER_URL", default="mysql://db/other"),
            "usual": env.db(),
            ALIAS: {"ENGINE": "django.db.backends.postgresql", "NAME": "named", "HOST": "db"},
            "file": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"},
        }
        DATABASES["late"] = {"ENGINE": "django.db.backends.mysql", "NAME": "late", "HOST": "db"}
        """
    assert sorted(urls(source)) == sorted(
        [
            "default postgresql://app@${DB_HOST-db}/shop?currentSchema=orders",
            "reports ${DATABASE_URL-postgres://db/reports}",
            "old ${OLD_URL}",
            "other ${OTHER_URL-mysql://db/other}",
            "usual ${DATABASE_URL}",
            "named postgresql://db/named",
            "file sqlite:///db.sqlite3",
            "late mysql://db/late",
        ]
    )


def test_flask_keeps_its_databases_in_the_configuration() -> None:
    source = """
        from flask import Flask
        from flask_sqlalchemy import SQLAlchemy

        def create_app():
            app = Flask(__name__)
            app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql://db/shop"
            app.config.update(SQLALCHEMY_BINDS={"reports": "postgresql://db/reports"})
            return app
        """
    assert sorted(urls(source)) == ["default postgresql://db/shop", "reports postgresql://db/reports"]


def test_no_password_is_kept() -> None:
    source = """
        import os
        import psycopg2
        from sqlalchemy import create_engine, URL

        create_engine("postgresql://app:hunter2@db/shop")
        create_engine(os.getenv("DATABASE_URL", "postgresql://app:hunter2@db/shop"))
        create_engine(f"postgresql://app:{os.getenv('DB_PASSWORD', 'hunter2')}@db/shop")
        create_engine(URL.create("postgresql", "app", "hunter2", "db", database="shop"))
        psycopg2.connect("host=db dbname=shop password=hunter2")
        psycopg2.connect(host="db", dbname="shop", password="hunter2")
        """
    found = read(source).connections
    assert len(found) == 6
    assert "hunter2" not in str(found)


def keys(source: str, **files: str) -> dict[str, str]:
    """The connection of each access, by its table."""
    return {access.table.name: access.connection for each in read(source, **files).statements for access in each.accesses}


def test_a_statement_belongs_to_the_connection_that_runs_it() -> None:
    source = """
        import psycopg
        from sqlalchemy import create_engine, text
        from sqlalchemy.orm import sessionmaker

        one = psycopg.connect("postgresql://db/one")
        cursor = one.cursor()
        cursor.execute("SELECT a FROM first_table")
        engine = create_engine("postgresql://db/two")
        Session = sessionmaker(bind=engine)
        with engine.connect() as connection:
            connection.execute(text("SELECT a FROM second_table"))
        with Session() as session:
            session.execute(text("SELECT a FROM third_table"))
        """
    assert keys(source) == {"first_table": "app/db.py:6", "second_table": "app/db.py:9", "third_table": "app/db.py:9"}


def test_django_names_the_connection_in_the_query() -> None:
    source = """
        from django.db import connections, models

        class Order(models.Model):
            class Meta:
                db_table = "orders"

        class Report(models.Model):
            class Meta:
                db_table = "reports"

        Report.objects.using("warehouse").filter(id=1)
        Order.objects.filter(id=1)
        with connections["archive"].cursor() as cursor:
            cursor.execute("SELECT a FROM old_orders")
        """
    assert keys(source) == {"reports": "warehouse", "orders": "", "old_orders": "archive"}


def test_an_engine_bound_to_nothing_known_is_not_told() -> None:
    assert urls("from sqlalchemy import create_engine\ndef make(url):\n    return create_engine(url)\n") == []


def test_a_sentence_is_no_connection_string() -> None:
    assert urls('import redis\nbuffer = redis.from_url(f"No stock of {item} left")\n') == []


def test_a_router_sends_the_models_of_its_apps_to_another_database() -> None:
    settings = """
        DATABASE_ROUTERS = ["app.routers.ReportsRouter"]
        DATABASES = {
            "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db"},
            "warehouse": {"ENGINE": "django.db.backends.postgresql", "NAME": "stock", "HOST": "db"},
        }
        """
    routers = """
        class ReportsRouter:
            route_app_labels = {"reports"}

            def db_for_read(self, model, **hints):
                if model._meta.app_label in self.route_app_labels:
                    return "warehouse"
                return None

            def db_for_write(self, model, **hints):
                if model._meta.app_label in self.route_app_labels:
                    return "warehouse"
                return None
        """
    model = """
        from django.db import models

        class Sale(models.Model):
            pass

        Sale.objects.filter(id=1)
        """
    files = {"app/settings.py": settings, "app/routers.py": routers, "reports/models.py": model, "orders/models.py": model}
    modules = [languages.read(path, "python", textwrap.dedent(text), WORDS) for path, text in files.items()]
    found = interpret(modules, ALL)
    assert found.routes == (("reports", "warehouse"),)
    used = {access.table.name: access.connection for each in found.statements for access in each.accesses}
    assert used == {"reports_sale": "warehouse", "orders_sale": ""}
    assert {each.table.name: each.connection for each in found.declarations} == used
