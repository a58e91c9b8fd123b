"""`dblint simulate`: which findings vanish and appear, told for the shop."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

from dblint.config import Allowance, Configuration
from dblint.graph import moved, survey
from dblint.graph.coupling import Coupling
from dblint.graph.suggestions import suggestions
from dblint.judge.rules import load
from dblint.judge.whatif import allowing, whatif
from dblint.model.place import Place
from tests.conftest import Golden
from tests.fixtures.runs import FIXTURES, dblint
from tests.report.factory import INVOICES, READ, system, tree

SHOP = FIXTURES / "shop"
SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "dblint-simulation-1.json"
CASES = {
    "move": ("move", "invoices", SHOP, "--to", "reports"),
    "merge": ("merge", "orders", SHOP, "--with", "reports"),
    "split": ("split", "catalog", SHOP, "--by", "use"),
    "suggest": ("suggest", SHOP),
}


@pytest.mark.parametrize("case", CASES)
def test_the_answer_for_the_shop_looks_as_agreed(case: str, golden: Golden) -> None:
    run = dblint("simulate", *CASES[case])
    assert (run.returncode, run.stderr) == (0, "")
    golden(SHOP / "expected" / f"simulate-{case}.txt", run.stdout)


@pytest.mark.parametrize("case", CASES)
def test_the_document_keeps_its_contract(case: str) -> None:
    made = json.loads(dblint("simulate", *CASES[case], "--format", "json").stdout)
    jsonschema.validate(made, json.loads(SCHEMA.read_text("utf-8")), cls=jsonschema.Draft202012Validator)
    assert made["outcomes"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("move", "invoicse", SHOP, "--to", "orders"), "did you mean invoices"),
        (("move", "invoices", SHOP, "--to", "ordrs"), "did you mean 'orders'?"),
        (("merge", "orders", SHOP, "--with", "biling"), "did you mean 'billing'?"),
        (("split", "orders", SHOP, "--by", "usage"), "did you mean 'use'?"),
        (("split", "orders", SHOP, "--by", "folder"), "only one part"),
        (("split", "orders", SHOP, "--by", "use", "--by", "a=*"), "only NAME=PATTERN"),
    ],
)
def test_a_mistake_is_answered_with_a_way_out(words: tuple[str, ...], hint: str) -> None:
    run = dblint("simulate", *words)
    assert run.returncode == 2
    assert hint in run.stderr


def test_what_is_suppressed_today_counts_on_neither_side() -> None:
    facts, configuration = system(), Configuration()
    rules = tuple(rule for rule in load(configuration, Path()) if rule.name == "cross-service-read")
    then = (moved(facts, {INVOICES}, "orders"), configuration)
    (found,) = whatif("", (facts, configuration), then, rules, (), date(2026, 1, 1)).vanished
    hidden = whatif("", (facts, configuration), then, rules, (found,), date(2026, 1, 1))
    assert (hidden.vanished, hidden.appeared, hidden.stayed) == ((), (), 0)


def test_allowances_follow_services_that_are_called_otherwise() -> None:
    entry = Allowance("orders", "billing.invoices", "read model", Place("dblint.yaml", 3))
    given = allowing(Configuration(allow=(entry,)), {"orders": ("a", "b"), "billing": ("c",)})
    assert {(one.service, one.table) for one in given.allow} == {("a", "c.invoices"), ("b", "c.invoices")}


def test_a_better_owner_writes_the_table_and_uses_it_more() -> None:
    uses = tuple(
        replace(READ, mode=mode, place=Place("orders/app.py", line)) for line, mode in enumerate(("read", "write", "write"), 1)
    )
    facts = system(accesses=uses)
    (found,) = suggestions(survey(Coupling(facts), tree().services)).owners
    assert (found.table, found.owner, found.better, found.gain) == (INVOICES, "billing", "orders", 3)
    only_read = system(accesses=uses[:1])
    assert suggestions(survey(Coupling(only_read), tree().services)).owners == ()
