"""Every migration tool, from its own files to the finding: a column goes, and whoever still reads it is named."""

from pathlib import Path

import pytest

from tests.change.tools import TOOLS
from tests.change.tools_in_code import IN_CODE
from tests.change.trees import analysed, breaking, python

READER = {"orders/app.py": python("SELECT email FROM users")}
ALL = TOOLS | IN_CODE


@pytest.mark.parametrize("tool", ALL)
def test_a_dropped_column_names_its_reader(tmp_path: Path, tool: str) -> None:
    before, after = ALL[tool]
    (finding,) = breaking(analysed(tmp_path, {**before, **READER}, after))
    assert (finding.service, finding.severity) == ("orders", "error")
    assert finding.place.path in after
    assert "drops users.email" in finding.message
    assert finding.evidence[0].place.path == "orders/app.py"
    if "email" in after[finding.place.path]:
        # At its line; a description of the schema no longer knows the column, and is told where the table begins.
        assert "email" in after[finding.place.path].splitlines()[finding.place.line - 1]
