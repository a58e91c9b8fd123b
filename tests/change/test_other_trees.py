"""Changes in front of another copy of the tree, and consumers in another repository."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from dblint.cli.application import application
from dblint.config import load
from dblint.consumers import ConsumersError, with_consumers
from dblint.pipeline import Analysis, analyse
from dblint.report import FACTS, View
from tests.change.trees import CONFIG, URLS, USERS, analysed, breaking, python

TODAY = date(2026, 1, 1)
OTHER = """\
version: 1
services: [{{name: billing, path: billing, databases: [shop]}}]
databases:
  shop: {{url: {url}}}
"""


def facts_of(folder: Path, statement: str, url: str = URLS["postgres"]) -> Path:
    """The facts document of another repository, in which billing executes a statement."""
    tree = folder / "other"
    (tree / "billing").mkdir(parents=True)
    (tree / "billing" / "app.py").write_text(python(statement))
    (tree / "dblint.yaml").write_text(OTHER.format(url=url))
    analysis = analyse(tree, load(tree / "dblint.yaml", tree))
    document = folder / "billing.json"
    document.write_text(FACTS["json"](analysis.tree, analysis.system, View()))
    return document


def dropping(folder: Path) -> Analysis:
    before = {"accounts/migrations/0001.sql": USERS}
    return analysed(folder, before, {"accounts/migrations/0002.sql": "ALTER TABLE users DROP COLUMN email;"})


def test_a_service_of_another_repository_is_a_victim(tmp_path: Path) -> None:
    analysis = with_consumers(dropping(tmp_path), [facts_of(tmp_path, "SELECT email FROM users")], TODAY)
    (finding,) = breaking(analysis)
    assert (finding.service, finding.severity, str(finding.place)) == ("billing", "error", "accounts/migrations/0002.sql:1")
    assert [str(each.place) for each in finding.evidence if each.kind == "use"] == ["billing.json:billing/app.py:5"]


def test_a_service_that_uses_another_column_is_none(tmp_path: Path) -> None:
    analysis = with_consumers(dropping(tmp_path), [facts_of(tmp_path, "SELECT name FROM users")], TODAY)
    assert breaking(analysis) == []


def test_a_table_of_the_same_name_in_another_database_is_another_table(tmp_path: Path) -> None:
    document = facts_of(tmp_path, "SELECT email FROM users", "postgresql://elsewhere/crm")
    assert breaking(with_consumers(dropping(tmp_path), [document], TODAY)) == []


def test_a_likely_match_is_a_warning(tmp_path: Path) -> None:
    document = facts_of(tmp_path, "SELECT email FROM users")
    told = json.loads(document.read_text())
    for access in told["accesses"]:
        access["database"] = None
    document.write_text(json.dumps(told))
    (finding,) = breaking(with_consumers(dropping(tmp_path), [document], TODAY))
    assert finding.severity == "warning"


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "dblint-facts/9", "services": [], "accesses": []}'])
def test_what_is_no_facts_document_is_refused(tmp_path: Path, text: str) -> None:
    document = tmp_path / "x.json"
    document.write_text(text)
    with pytest.raises(ConsumersError, match=r"x\.json is no"):
        with_consumers(dropping(tmp_path), [document], TODAY)


def test_another_copy_of_the_tree_is_a_base(tmp_path: Path) -> None:
    for name in ("before", "after"):
        for path, text in {
            "dblint.yaml": CONFIG.format(url=URLS["postgres"]),
            "accounts/migrations/0001.sql": USERS,
            "orders/app.py": python("SELECT email FROM users"),
            "accounts/app.py": "",
        }.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    (tmp_path / "after/accounts/migrations/0002.sql").write_text("ALTER TABLE users DROP COLUMN email;")
    words = ["check", str(tmp_path / "after"), "--since", str(tmp_path / "before"), "--format", "concise"]
    done = CliRunner().invoke(application, words)
    assert done.exit_code == 1
    assert "breaking-schema-change" in done.stdout
    assert "cross-service-read" not in done.stdout
