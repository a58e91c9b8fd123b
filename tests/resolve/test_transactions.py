"""Transactions in the databases that their writes go to."""

from dblint.config import Configuration
from dblint.model.facts import Interpretation, RawTransaction
from dblint.model.tree import Tree
from dblint.resolve import resolve
from tests.resolve.factories import access, at, service, statement


def test_one_place_may_write_a_table_of_a_known_database_and_one_of_an_unknown() -> None:
    both = statement(access("t", "insert"), access("other.u", "update"), access("v", "insert", store="mongodb"))
    lines = RawTransaction(at("a/app.py"), "x", "", (("a/app.py", 1, 9),))
    declared = service("a", databases=("postgresql://db/shop",))
    found = resolve(
        Tree("/tree", (declared,), (), (), ()),
        Interpretation((both,), (), (), (), (), transactions=(lines,)),
        (),
        (),
        Configuration(),
    ).system
    (transaction,) = found.transactions
    assert {write.table.name for write in transaction.writes} == {"t", "u", "v"}
