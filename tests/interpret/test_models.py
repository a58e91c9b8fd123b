"""What classes say about tables: inheritance of every kind, mixins, abstract classes, computed names, proxies."""

import pytest

from tests.interpret.told import facts

SQLALCHEMY = """
from sqlalchemy import Column, ForeignKey, Integer, String, Table, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship
class Base(DeclarativeBase):
    pass
"""
DJANGO = "from django.db import models\n"
FLASK = "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"
PEEWEE = "from peewee import *\n"

DECLARED = {
    "an abstract class has no table and gives its columns": (
        SQLALCHEMY
        + """
class Audited(Base):
    __abstract__ = True
    by = Column(String)
class Order(Audited):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
""",
        {"DECLARE orders(by, id)"},
    ),
    "a mixin gives its columns to each class": (
        SQLALCHEMY
        + """
class Stamped:
    at = Column(String)
class A(Stamped, Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
class B(Stamped, Base):
    __tablename__ = "b"
    id = Column(Integer, primary_key=True)
""",
        {"DECLARE a(at, id)", "DECLARE b(at, id)"},
    ),
    "a computed name is computed for each class": (
        SQLALCHEMY
        + """
class Named:
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return f"app_{cls.__name__.lower()}"
    id = Column(Integer, primary_key=True)
class Order(Named, Base):
    pass
class Item(Named, Base):
    pass
""",
        {"DECLARE app_order(id)", "DECLARE app_item(id)"},
    ),
    "a subclass without a name shares its parent's table": (
        SQLALCHEMY
        + """
class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
class Dog(Animal):
    bark = Column(Integer)
""",
        {"DECLARE animal(id, bark)"},
    ),
    "a subclass with a name has a table joined to its parent's": (
        SQLALCHEMY
        + """
class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
class Dog(Animal):
    __tablename__ = "dog"
    id = Column(ForeignKey("animal.id"), primary_key=True)
""",
        {"DECLARE animal(id)", "DECLARE dog(id)", "FK dog.id->animal.id"},
    ),
    "a concrete subclass stands alone": (
        SQLALCHEMY
        + """
class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
class Dog(Animal):
    __tablename__ = "dog"
    __mapper_args__ = {"concrete": True}
    id = Column(Integer, primary_key=True)
def load(session):
    session.query(Dog).all()
""",
        {"DECLARE animal(id)", "DECLARE dog(id)", "READ dog[id]"},
    ),
    "a name of None means the parent's table": (
        SQLALCHEMY
        + """
class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
class Dog(Animal):
    __tablename__ = None
""",
        {"DECLARE animal(id)"},
    ),
    "a class maps the table object it names": (
        SQLALCHEMY
        + """
orders = Table("orders", Base.metadata, Column("id", Integer, primary_key=True))
class Order(Base):
    __table__ = orders
""",
        {"DECLARE orders(id)"},
    ),
    "a class maps the table made in its body": (
        SQLALCHEMY
        + """
class Order(Base):
    __table__ = Table("orders", Base.metadata, Column("id", Integer, primary_key=True))
""",
        {"DECLARE orders(id)"},
    ),
    "the schema is the last of the table arguments": (
        SQLALCHEMY
        + """
class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("id"), {"schema": "shop"})
    id = Column(Integer, primary_key=True)
""",
        {"DECLARE shop.orders(id)"},
    ),
    "a dot in a name is no schema": (
        SQLALCHEMY + 'class Order(Base):\n    __tablename__ = "a.b"\n    id = Column(Integer, primary_key=True)\n',
        {"DECLARE a.b(id)"},
    ),
    "the metadata of the base gives the schema": (
        """
from sqlalchemy import Column, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase
class Base(DeclarativeBase):
    metadata = MetaData(schema="shop")
class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
""",
        {"DECLARE shop.orders(id)"},
    ),
    "a plain class without a name is no table": (SQLALCHEMY + "class Order:\n    id = 1\n", set()),
    "a class of Flask gets its name even without columns of its own": (
        FLASK + "class UserProfile(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n",
        {"DECLARE user_profile(id)"},
    ),
    "an abstract class of Django has no table": (
        DJANGO
        + """
class Stamped(models.Model):
    at = models.DateTimeField()
    class Meta:
        abstract = True
class Order(Stamped):
    pass
""",
        {"DECLARE app_order(id, at)"},
    ),
    "an abstract class of Django gives its table to a Meta that derives from its own": (
        DJANGO
        + """
class Stamped(models.Model):
    class Meta:
        abstract = True
        db_table = "shared"
class Order(Stamped):
    class Meta(Stamped.Meta):
        pass
class Item(Stamped):
    class Meta:
        ordering = ["id"]
""",
        {"DECLARE shared(id)", "DECLARE app_item(id)"},
    ),
    "a proxy of Django is its parent": (
        DJANGO
        + """
class Order(models.Model):
    n = models.IntegerField()
class Late(Order):
    class Meta:
        proxy = True
def f():
    Late.objects.all()
""",
        {"DECLARE app_order(id, n)", "READ app_order[id, n]"},
    ),
    "an unmanaged class of Django is told to be one": (
        DJANGO + 'class V(models.Model):\n    class Meta:\n        managed = False\n        db_table = "v"\n',
        {"DECLARE v(id) unmanaged"},
    ),
    "an app label names the table": (
        DJANGO + 'class V(models.Model):\n    class Meta:\n        app_label = "shop"\n',
        {"DECLARE shop_v(id)"},
    ),
    "a schema may hide in the quotes of a table": (
        DJANGO + "class V(models.Model):\n    class Meta:\n        db_table = 'shop\".\"v'\n",
        {"DECLARE shop.v(id)"},
    ),
    "a class that others derive from and that has no field is a base": (
        PEEWEE
        + """
class BaseModel(Model):
    class Meta:
        database = db
class Order(BaseModel):
    n = IntegerField()
""",
        {"DECLARE order(id, n)"},
    ),
    "each subclass of a concrete class of Peewee is a table with copied fields": (
        PEEWEE
        + """
class A(Model):
    n = IntegerField()
class B(A):
    m = IntegerField()
""",
        {"DECLARE a(id, n)", "DECLARE b(id, n, m)"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), DECLARED.values(), ids=DECLARED.keys())
def test_classes_declare_tables(source: str, expected: set[str]) -> None:
    assert facts(source, path="app/models.py") == expected


def test_a_class_that_derives_from_itself_is_no_model() -> None:
    assert facts("class A(B):\n    pass\nclass B(A):\n    pass\n") == set()


def test_a_base_of_another_file_is_followed() -> None:
    files = {"app/base.py": SQLALCHEMY}
    source = """
        from sqlalchemy import Column, Integer
        from app.base import Base
        class Order(Base):
            __tablename__ = "orders"
            id = Column(Integer, primary_key=True)
    """
    assert facts(source, files) == {"DECLARE orders(id)"}
