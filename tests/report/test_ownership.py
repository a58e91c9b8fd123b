"""The ownership report and the graph: what they say, and how they look for the shop."""

import csv
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from shutil import which
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from dblint.cli.application import GRAPH_FORMATS, REPORT_FORMATS, application
from dblint.config import Allowance
from dblint.graph import Coupling, collapsed, focused, picture, survey
from dblint.graph.clusters import clustered
from dblint.model.place import Place
from dblint.report import GRAPH, REPORT
from tests.conftest import Golden
from tests.fixtures.runs import FIXTURES, NAMES, dblint
from tests.report.factory import INVOICES, ORDERS, system, tree
from tests.report.large import large_system, ownership
from tests.report.test_reports import hostile_report

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
SHOP = FIXTURES / "shop"
FOUND = survey(Coupling(system()), tree().services)


def validated(document: str, text: str) -> dict[str, object]:
    made: dict[str, object] = json.loads(text)
    jsonschema.validate(
        made, json.loads((SCHEMAS / f"{document}.json").read_text("utf-8")), cls=jsonschema.Draft202012Validator
    )
    return made


@pytest.mark.parametrize("name", [*NAMES, "renamed-column"])
@pytest.mark.parametrize(("form", "file"), [("markdown", "report.md"), ("json", "report.json")])
def test_the_report_on_a_fixture_looks_as_agreed(name: str, form: str, file: str, golden: Golden) -> None:
    run = dblint("report", FIXTURES / name, "--format", form)
    golden(FIXTURES / name / "expected" / file, run.stdout)
    if form == "json":
        validated("dblint-report-1", run.stdout)


def test_the_graph_of_the_shop_looks_as_agreed(golden: Golden) -> None:
    golden(SHOP / "expected" / "graph.mmd", dblint("graph", SHOP).stdout)


def test_the_command_line_offers_every_format() -> None:
    assert set(REPORT_FORMATS) == set(REPORT)
    assert set(GRAPH_FORMATS) == {*GRAPH, "svg", "png"}


def test_the_documents_keep_their_contract() -> None:
    validated("dblint-report-1", REPORT["json"](ownership(system(), tree())))
    validated("dblint-graph-1", GRAPH["json"](picture(FOUND, set()), system().coverage))


def test_figures_follow_their_formulas() -> None:
    orders = next(one for one in FOUND.services if one.service == "orders")
    billing = next(one for one in FOUND.services if one.service == "billing")
    # orders reads its own table once, reads and writes invoices once each; billing writes its own invoices once.
    assert (orders.uses, orders.foreign_uses, orders.foreign_share) == (3, 2, 2 / 3)
    assert (orders.providers, orders.consumers, orders.foreign_tables) == (("billing",), (), (INVOICES,))
    assert orders.autonomy == 1 - 1 / 2
    assert (billing.consumers, billing.used_tables, billing.autonomy) == (("orders",), (INVOICES,), 1.0)
    assert (FOUND.system.uses, FOUND.system.foreign_uses) == (4, 2)
    assert (FOUND.system.pairs, FOUND.system.density, FOUND.system.shared_tables) == (1, 0.5, 1)


def test_a_share_of_nothing_is_not_a_number() -> None:
    nothing = survey(Coupling(system(accesses=(), joins=(), references=(), tables=())), tree().services)
    assert (nothing.system.foreign_share, nothing.services[0].autonomy) == (None, None)


def test_the_blast_radius_of_a_table_is_who_else_uses_it() -> None:
    (blast,) = FOUND.blasts
    assert (blast.table.id, blast.consumers) == (INVOICES, ("orders",))
    assert [str(place) for place in blast.places] == ["orders/app.py:8", "orders/app.py:14", "orders/models.py:9"]
    assert {tie.mode for tie in blast.ties} == {"read", "write", "join", "reference"}


def test_coupled_services_stand_together() -> None:
    groups = clustered("abcdef", {("a", "d"): 5, ("b", "e"): 3, ("e", "b"): 2})
    assert groups == (("a", "d"), ("b", "e"), ("c",), ("f",))
    assert groups == clustered("fedcba", {("e", "b"): 2, ("b", "e"): 3, ("a", "d"): 5})
    assert clustered([], {}) == ()


def test_every_number_of_the_csv_has_its_places() -> None:
    rows = list(csv.DictReader(io.StringIO(REPORT["csv"](ownership(system(), tree())))))
    assert {row["kind"] for row in rows} >= {"use", "table", "join", "connection", "unresolved", "not analysed", "coverage"}
    for row in rows:
        assert len(row["places"].split()) == int(row["number"])


def test_an_expired_allowance_is_told() -> None:
    late = Allowance("orders", "invoices", "until the API is there", Place("dblint.yaml", 3), until=date(2025, 12, 31))
    given = replace(ownership(system(), tree()), allow=(late,))
    assert "2025-12-31 (expired)" in REPORT["markdown"](given)
    assert json.loads(REPORT["json"](given))["allowances"][0]["expired"] is True
    assert '<span class="warn">expired</span>' in REPORT["html"](given)


@pytest.mark.parametrize("format_", REPORT)
def test_a_report_on_nothing_is_still_a_report(format_: str) -> None:
    empty = system(services=(), tables=(), accesses=(), joins=(), references=(), connections=(), unresolved=(), problems=())
    assert "412" in REPORT[format_](ownership(empty, tree(services=(), problems=())))


# The graph


def test_a_graph_shows_what_others_use_and_counts_the_rest() -> None:
    drawn = picture(FOUND, {("orders", INVOICES)})
    assert [(node.id, node.name, node.quiet) for node in drawn.nodes] == [
        ("s1", "billing", 0),
        ("s2", "orders", 1),
        ("t1", "invoices", 0),
    ]
    (edge,) = drawn.edges
    assert (edge.source, edge.target, edge.is_violation) == ("s2", "t1", True)
    assert edge.modes == ("read", "write", "join", "reference")


def test_only_violations_leaves_out_the_rest() -> None:
    assert picture(FOUND, {("orders", ORDERS)}, only_violations=True).edges == ()
    assert picture(FOUND, {("orders", ORDERS)}, only_violations=True).nodes == ()


def test_a_collapsed_graph_has_one_edge_for_two_services() -> None:
    (edge,) = collapsed(picture(FOUND, set())).edges
    assert (edge.source, edge.target, edge.tables) == ("s2", "s1", 1)


def test_what_belongs_to_no_service_stands_for_itself() -> None:
    stray = tuple(replace(access, service="") for access in system().accesses if access.service == "orders")
    contested = replace(system().tables[1], owner=None, contested=("orders", "billing"))
    facts = system(accesses=stray, joins=(), tables=(system().tables[0], contested))
    found = survey(Coupling(facts), tree().services)
    assert found.system.services == 2
    small = collapsed(picture(found, set()))
    assert [(node.name, node.kind) for node in small.nodes] == [
        ("", "service"), ("billing", "service"), ("orders", "service"), ("orders", "table"),
    ]  # fmt: skip
    assert {(edge.source, edge.target) for edge in small.edges} == {("s1", "s2"), ("s1", "t2"), ("s3", "s2")}
    for format_ in ("mermaid", "dot", "d2"):
        text = GRAPH[format_](small, facts.coverage)
        assert "(no service)" in text
        assert "no owner" in text
    for format_ in ("markdown", "html"):
        assert "(no service)" in REPORT[format_](ownership(facts, tree()))


def test_a_focus_keeps_what_is_near() -> None:
    whole = picture(survey(Coupling(large_system(30, 90)), large_system(30, 90).services), set())
    near = focused(whole, ("service-003",), 1)
    assert 0 < len(near.edges) < len(whole.edges)
    assert focused(whole, ("service-003",), 100).edges == focused(whole, ("service-003",), 99).edges
    assert {node.name for node in focused(whole, ("service-003",), 0).nodes} == {"service-003"}


@pytest.mark.parametrize("format_", GRAPH)
def test_no_name_breaks_a_graph(format_: str) -> None:
    made = hostile_report()
    evil = made.findings[0].table
    access = replace(made.system.accesses[0], service="orders")
    facts = replace(made.system, accesses=(access,), tables=(replace(made.system.tables[0], contested=()),))
    text = GRAPH[format_](picture(survey(Coupling(facts), made.tree.services), {("orders", evil)}), facts.coverage)
    assert not any(ord(character) < 32 and character != "\n" for character in text)
    assert "</script>" not in text or format_ in ("dot", "d2", "json")
    if format_ == "graphml":
        ET.fromstring(text)  # noqa: S314 - our own output
    if format_ == "mermaid":
        for line in text.splitlines():
            assert line.count('"') in (0, 2)
            assert "`" not in line


@pytest.mark.skipif(which("dot") is None, reason="Graphviz is not installed: what it makes of the DOT text is not tested here")
def test_graphviz_draws_hostile_names(tmp_path: Path) -> None:
    made = hostile_report()
    access = replace(made.system.accesses[0], service='o\\"; x [shape=box] \\N "')
    facts = replace(made.system, accesses=(access,), tables=(replace(made.system.tables[0], contested=()),))
    text = GRAPH["dot"](picture(survey(Coupling(facts), made.tree.services), set()), facts.coverage)
    run = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, encoding="utf-8", check=True)
    assert ET.fromstring(run.stdout).tag.endswith("svg")  # noqa: S314 - what Graphviz wrote
    file = tmp_path / "shop.png"
    assert CliRunner().invoke(application, ["graph", str(SHOP), "-f", "png", "-o", str(file)]).exit_code == 0
    assert file.read_bytes().startswith(b"\x89PNG")


def test_a_misspelt_focus_is_answered_with_the_right_one() -> None:
    run = dblint("graph", SHOP, "--focus", "ordrs")
    assert run.returncode == 2
    assert "did you mean 'orders'?" in run.stderr


def test_a_report_goes_to_its_file_and_nowhere_else(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    run = dblint("report", SHOP, "--format", "html", "--output", file)
    assert (run.returncode, run.stdout) == (0, "")
    assert file.read_text("utf-8").startswith("<!doctype html>")


def test_help_imports_neither_jinja_nor_networkx() -> None:
    code = "import sys; sys.argv = ['dblint', 'report', '--help']\nfrom dblint.cli import main\nmain()\n"
    code += "sys.exit('jinja2' in sys.modules or 'networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=FIXTURES.parent).returncode == 0
