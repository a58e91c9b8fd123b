"""A model that changes without a migration, in tools that create the database from their models."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from dblint.model.findings import Finding
from tests.change.followed import APART, FOLLOWED
from tests.change.trees import analysed, breaking, python

READER = {"orders/app.py": python("SELECT Email FROM users")}


def _with(files: Mapping[str, str], column: str) -> dict[str, str]:
    return {path: text.replace("{column}", column) for path, text in files.items()}


def _found(tmp_path: Path, files: Mapping[str, str], new: str) -> list[Finding]:
    return breaking(analysed(tmp_path, {**_with(files, "Email"), **READER}, _with(files, new)))


@pytest.mark.parametrize("tool", FOLLOWED)
def test_a_column_that_a_model_renames_names_its_reader(tool: str, tmp_path: Path) -> None:
    (finding,) = _found(tmp_path, FOLLOWED[tool], "Address")
    assert (finding.service, finding.severity) == ("orders", "error")
    assert "accounts renames users.email to address" in finding.message.lower()
    assert [str(each.place) for each in finding.evidence if each.kind == "use"] == ["orders/app.py:5"]


@pytest.mark.parametrize("tool", APART)
def test_a_model_that_does_not_change_the_database_breaks_nobody(tool: str, tmp_path: Path) -> None:
    assert _found(tmp_path, APART[tool], "Address") == []


def test_a_column_that_a_model_loses_names_its_reader(tmp_path: Path) -> None:
    files = FOLLOWED["sqlalchemy"]
    before = {**_with(files, "Email"), **READER}
    gone = {path: text.replace("    {column} = Column(String(100))\n", "") for path, text in files.items()}
    (finding,) = breaking(analysed(tmp_path, before, gone))
    assert (finding.service, finding.severity, finding.place.path) == ("orders", "error", "accounts/models.py")
    assert "drops users.Email" in finding.message


def test_a_second_model_of_the_owner_that_maps_less_drops_nothing(tmp_path: Path) -> None:
    files = FOLLOWED["sqlalchemy"]
    less = {"accounts/brief.py": "\n".join(line for line in files["accounts/models.py"].split("\n") if "{column}" not in line)}
    assert breaking(analysed(tmp_path, {**_with(files, "Email"), **READER}, less)) == []


def test_what_is_to_be_done_is_said_in_terms_of_the_model(tmp_path: Path) -> None:
    (finding,) = _found(tmp_path, FOLLOWED["typeorm"], "Address")
    assert "in the model, beside the old one" in finding.remedy
    assert "ADD COLUMN" not in finding.remedy
