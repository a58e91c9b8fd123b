"""`dblint who` for services and teams."""

import json
import shutil
from pathlib import Path

import pytest

from dblint.graph import Coupling, survey
from dblint.model.place import Place
from dblint.report.folk import WHO_FOLK, Folk
from dblint.report.view import View
from tests.conftest import Golden
from tests.fixtures.runs import FIXTURES, dblint
from tests.report.factory import system, tree
from tests.report.test_ownership import validated
from tests.report.test_reports import HOSTILE

SHOP = FIXTURES / "shop"
OWNERS = """services/orders/ @shop/checkout
services/billing/ @shop/checkout
services/reports/ @shop/insight
"""


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop with a CODEOWNERS."""
    folder = tmp_path_factory.mktemp("owned") / "shop"
    shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("expected"))
    (folder / "CODEOWNERS").write_text(OWNERS)
    return folder


def test_a_service_is_described(golden: Golden) -> None:
    golden(SHOP / "expected" / "who-reports.txt", dblint("who", "reports", SHOP).stdout)


def test_a_team_is_described_with_its_services_and_whom_it_must_talk_to(owned: Path, golden: Golden) -> None:
    run = dblint("who", "@shop/checkout", owned)
    golden(SHOP / "expected" / "who-checkout.txt", run.stdout)
    assert dblint("who", "Checkout", owned).stdout == run.stdout


def test_the_document_keeps_its_contract(owned: Path) -> None:
    made = validated("dblint-who-1", dblint("who", "checkout", owned, "--format", "json").stdout)
    assert [one["service"] for one in made["services"]] == ["billing", "orders"]  # type: ignore[attr-defined]  # a list of records
    assert [one["team"] for one in made["teams"]] == ["@shop/checkout"]  # type: ignore[attr-defined]  # as above
    both = validated("dblint-who-1", dblint("who", "orders", SHOP, "--format", "json").stdout)
    assert both["tables"]
    assert both["services"]


def test_a_misspelt_service_or_team_is_answered_with_the_right_one(owned: Path) -> None:
    assert "did you mean" in dblint("who", "reprots", SHOP).stderr
    run = dblint("who", "@shop/chekout", owned)
    assert run.returncode == 2
    assert "@shop/checkout" in run.stderr


@pytest.mark.parametrize("format_", WHO_FOLK)
def test_hostile_teams_are_escaped(format_: str) -> None:
    team = HOSTILE.replace("\n", "").replace("\r", "").replace(" ", "")
    folk = Folk(tree(), survey(Coupling(system()), tree().services), (("orders", team, Place("CODEOWNERS", 1)),))
    text = WHO_FOLK[format_](folk, system(), (), ("orders",), folk.teams_called(team), View())
    assert not [character for character in text if ord(character) < 32 and character != "\n"]
    assert json.dumps("orders").strip('"') in text
