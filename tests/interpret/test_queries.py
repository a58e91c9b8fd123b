"""What queries come to that are joined, carried in variables, returned by functions and passed on."""

import pytest

from tests.interpret.told import facts

MODELS = """
from sqlalchemy import Column, ForeignKey, Integer, String, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import DeclarativeBase, aliased, joinedload, relationship, selectinload
class Base(DeclarativeBase):
    pass
class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    email = Column(String)
    orders = relationship("Order", back_populates="customer")
class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    total = Column(Integer)
    customer_id = Column(ForeignKey("customer.id"))
    customer = relationship(Customer, back_populates="orders")
"""
BOTH = {"READ orders", "READ customer", "JOIN {customer, orders}"}
ONE = {"READ orders"}

QUERIES = {
    "two entities": ("session.execute(select(Order, Customer))", BOTH),
    "columns of two": ("session.execute(select(Order.id, Customer.email))", BOTH),
    "a join of a class": ("session.execute(select(Order).join(Customer))", BOTH),
    "a join along a relation": ("session.execute(select(Order).join(Order.customer))", BOTH),
    "an outer join": ("session.query(Order).outerjoin(Customer, Customer.id == Order.customer_id).all()", BOTH),
    "a condition": ("session.execute(select(Order).where(Order.customer_id == Customer.id))", BOTH),
    "a subquery": ("session.execute(select(Order).where(Order.customer_id.in_(select(Customer.id))))", BOTH),
    "a subquery in a variable": (
        "ids = select(Customer.id).subquery()\n    session.execute(select(Order).where(Order.customer_id.in_(ids)))",
        BOTH,
    ),
    "an exists": ("session.execute(select(Order).where(exists().where(Customer.id == Order.customer_id)))", BOTH),
    "a relation's any": ("session.execute(select(Customer).where(Customer.orders.any(Order.total > 1)))", BOTH),
    "a relation's has": ("session.execute(select(Order).where(Order.customer.has(email='x')))", BOTH),
    "an eager load": ("session.execute(select(Order).options(joinedload(Order.customer)))", BOTH),
    "an alias": ("c = aliased(Customer)\n    session.execute(select(Order).join(c, c.id == Order.customer_id))", BOTH),
    "a query in a variable": ("q = select(Order)\n    q = q.where(Order.total > 1)\n    session.execute(q)", ONE),
    "a query in a variable that joins later": ("q = select(Order)\n    q = q.join(Customer)\n    session.execute(q)", BOTH),
    "a comprehension": ("return [order.total for order in session.scalars(select(Order))]", ONE),
    "a lambda": ("session.run_sync(lambda s: s.query(Order).all())", ONE),
    "a keyword": ("session.execute(statement=select(Order))", ONE),
    "an awaited call": ("await session.execute(select(Order))", ONE),
    "a count": ("session.scalar(select(func.count(Order.id)))", ONE),
    "a dictionary of queries": ("queries = {'a': select(Order)}\n    session.execute(queries['a'])", ONE),
}


@pytest.mark.parametrize(("written", "expected"), QUERIES.values(), ids=QUERIES.keys())
def test_a_query_reads_and_joins(written: str, expected: set[str]) -> None:
    source = MODELS + f"async def run(session):\n    {written}\n"
    told = {line.partition("[")[0] for line in facts(source) if not line.startswith(("DECLARE", "FK"))}
    assert told == expected


def test_a_query_is_told_once_where_it_is_written() -> None:
    source = MODELS + "def all():\n    return select(Order)\ndef run(session):\n    session.execute(all())\n"
    assert {line for line in facts(source) if line.startswith("READ")} == {"READ orders[customer_id, id, total]"}


def test_a_query_that_a_function_returns_is_joined_where_it_grows() -> None:
    source = MODELS + "def all():\n    return select(Order)\ndef run(session):\n    session.execute(all().join(Customer))\n"
    told = facts(source)
    assert "JOIN {customer, orders}" in told


def test_a_query_passed_to_a_function_keeps_its_tables() -> None:
    source = (
        MODELS
        + "def page(session, query):\n    return session.execute(query)\ndef run(session):\n    page(session, select(Order))\n"
    )
    assert "READ orders[customer_id, id, total]" in facts(source)


WRITES = {
    "an added row": ("session.add(Order(total=1))", "WRITE.insert orders[total]"),
    "a row added by a variable": ("order = Order(total=1)\n    session.add(order)", "WRITE.insert orders[total]"),
    "an annotated row": ("session.add(given)", "WRITE.insert orders[customer_id, id, total]"),
    "an insert": ("session.execute(insert(Order).values(total=1))", "WRITE.insert orders[total]"),
    "an update": ("session.execute(update(Order).where(Order.id == 1).values(total=2))", "WRITE.update orders[total]"),
    "a delete": ("session.execute(delete(Order).where(Order.id == 1))", "WRITE.delete orders[]"),
    "a deleted row": ("order = session.get(Order, 1)\n    session.delete(order)", "WRITE.delete orders[]"),
    "a changed row": (
        "order = session.get(Order, 1)\n    order.total = session.scalar(select(func.max(Order.total)))",
        "WRITE.update orders[total]",
    ),
    "a changed first row": (
        "order = session.query(Order).first()\n    order.total = session.scalar(select(func.max(Order.total)))",
        "WRITE.update orders[total]",
    ),
    "a row changed in a loop": (
        "for order in session.scalars(select(Order)):\n        order.total = session.scalar(select(func.max(Order.total)))",
        "WRITE.update orders[total]",
    ),
    "an update by a dictionary": ("session.query(Order).update({'total': 2})", "WRITE.update orders[total]"),
}


@pytest.mark.parametrize(("written", "expected"), WRITES.values(), ids=WRITES.keys())
def test_a_write_names_its_columns(written: str, expected: str) -> None:
    assert expected in facts(MODELS + f"def run(session, given: Order):\n    {written}\n")
