"""A good service beside every bad file: nothing good is lost, nothing bad is hidden, and the run ends in time."""

import time
from pathlib import Path

import pytest

from dblint.config import load
from dblint.engine.settings import Settings
from dblint.pipeline import Analysis, analyse
from dblint.report import CHECK, Report, View
from tests.robustness.inputs import PYTHON, READ, SQL, YAML, Bad

CASES = (*PYTHON, *SQL, *YAML)
GOOD = 'def load(cursor):\n    cursor.execute("SELECT id, total FROM invoices")\n'


def _service(number: int) -> str:
    return f"good{number:02}"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service that owns a table, and for every bad file a service that reads that table, with the bad file in it."""
    root = tmp_path_factory.mktemp("bad")
    (root / "billing").mkdir()
    (root / "billing" / "schema.sql").write_text("CREATE TABLE invoices (id int, total int);\nCREATE TABLE orders (id int);\n")
    lines = ["version: 1", "services:", "  - {name: billing, path: billing, owns: [invoices, orders]}"]
    for number, bad in enumerate(CASES):
        folder = root / _service(number)
        folder.mkdir()
        (folder / "good.py").write_text("import psycopg2\n\n\n" + GOOD)
        if callable(bad.content):
            bad.content(folder / bad.name)
        else:
            (folder / bad.name).write_bytes(bad.content)
        lines.append(f"  - {{name: {_service(number)}, path: {_service(number)}}}")
    (root / "dblint.yaml").write_text("\n".join(lines) + "\n")
    return root


@pytest.fixture(scope="module")
def analysis(tree: Path) -> Analysis:
    start = time.monotonic()
    found = analyse(tree, load(None, tree), settings=Settings(seconds=60.0))
    # Far more than is needed here, far less than if any limit were missing.
    assert time.monotonic() - start < 240
    return found


def test_no_good_finding_is_lost(analysis: Analysis) -> None:
    found = {(item.service, item.place.path, item.place.line) for item in analysis.findings if item.table.name == "invoices"}
    assert found == {(_service(number), f"{_service(number)}/good.py", 5) for number in range(len(CASES))}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[repr(case.name) for case in CASES])
def test_a_bad_file_is_read_or_listed_with_its_reason(number: int, analysis: Analysis) -> None:
    bad: Bad = CASES[number]
    problems = {*analysis.tree.problems, *analysis.system.problems}
    inside = [problem for problem in problems if problem.path.startswith(_service(number) + "/")]
    assert {problem.reason for problem in inside} or {READ} <= bad.outcomes
    assert {problem.reason for problem in inside} <= bad.outcomes
    assert not any(problem.path.endswith("good.py") for problem in inside)


def test_files_and_reasons_add_up(analysis: Analysis) -> None:
    coverage = analysis.system.coverage
    unread = {problem.path for problem in (*analysis.tree.problems, *analysis.system.problems)}
    assert coverage.files_read <= coverage.files_seen
    assert coverage.files_seen - coverage.files_read - coverage.files_partly_read <= len(unread)


@pytest.mark.parametrize("name", sorted(CHECK))
def test_every_report_can_be_written(name: str, analysis: Analysis) -> None:
    text = CHECK[name](Report(analysis.tree, analysis.system, analysis.findings), View())
    text.encode("utf-8")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "hunter2" not in text
    assert not any(line.startswith("::error::.py") for line in text.splitlines())


def test_nothing_of_the_tree_was_executed(analysis: Analysis, tree: Path) -> None:
    del analysis
    assert not list(tree.rglob("PWNED*"))
    assert not Path("PWNED").exists()
