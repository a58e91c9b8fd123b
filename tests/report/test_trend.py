"""`dblint report --compare`: what is new, gone, grown or less, in every format."""

import csv
import io
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from dblint.model.facts import Access
from dblint.model.place import Place
from dblint.model.system import System
from dblint.report import REPORT
from dblint.report.ownership.content import Ownership
from dblint.report.ownership.trend import earlier, trend
from tests.fixtures.runs import FIXTURES, dblint
from tests.report.factory import INVOICES, READ, system, tree
from tests.report.large import ownership
from tests.report.test_ownership import validated

SHOP = FIXTURES / "shop"


def using(*uses: tuple[str, int]) -> System:
    """A system in which these services read invoices, which billing owns, at so many places."""
    accesses: tuple[Access, ...] = tuple(
        replace(READ, service=name, table=INVOICES, place=Place(f"{name}/app.py", line))
        for name, number in uses
        for line in range(1, number + 1)
    )
    return system(accesses=accesses, joins=(), references=(), tables=system().tables[:1])


def compared(before: System, after: System) -> Ownership:
    old = earlier(REPORT["json"](ownership(before, tree())).encode())
    new = ownership(after, tree())
    return replace(new, trend=trend(old, new.survey))


CHANGED = compared(using(("a", 2), ("b", 1), ("c", 3), ("d", 1)), using(("b", 4), ("c", 1), ("d", 1), ("e", 2)))


def test_dependencies_are_new_gone_grown_or_less() -> None:
    assert CHANGED.trend
    found = {one.service: (one.direction, one.places) for one in CHANGED.trend.pairs}
    assert found == {"a": ("gone", (2, 0)), "b": ("grown", (1, 4)), "c": ("less", (3, 1)), "e": ("new", (0, 2))}
    assert CHANGED.trend.unchanged == 1
    assert CHANGED.trend.pairs[0].service == "b"


def test_tables_become_shared_and_cease_to_be() -> None:
    nobody = system(accesses=(), joins=(), references=())
    begun, ended = compared(nobody, using(("a", 1))).trend, compared(using(("a", 1)), nobody).trend
    assert begun
    assert ended
    assert [key.table for key in begun.newly_shared] == ["invoices"]
    assert [key.table for key in ended.no_longer_shared] == ["invoices"]
    assert begun.no_longer_shared == ended.newly_shared == ()


def test_every_format_tells_the_trend() -> None:
    text = REPORT["markdown"](CHANGED)
    assert "| `b` → `billing` | grown | 1 → 1 | 1 → 4 | ░░░ ██████████ |" in text
    assert "dependencies are 1 new, 1 grown, 1 less, 1 gone" in text
    assert '<td class="warn">grown</td>' in REPORT["html"](CHANGED)
    rows = csv.DictReader(io.StringIO(REPORT["csv"](CHANGED)))
    assert ("b", "grown: 1 to 4 places") in [(row["service"], row["how"]) for row in rows if row["kind"] == "trend"]
    made = validated("dblint-report-1", REPORT["json"](CHANGED))
    assert made["trend"]["unchanged"] == 1  # type: ignore[index]  # a record


def test_a_report_is_compared_with_an_earlier_one(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    assert dblint("report", SHOP, "--format", "json", "--output", old).returncode == 0
    assert "no dependency between services has changed" in dblint("report", SHOP, "--compare", old).stdout
    # What a later dblint adds to its reports, or an earlier one lacked, is no hindrance.
    document = json.loads(old.read_text("utf-8"))
    old.write_text(json.dumps({key: document[key] for key in ("schema", "figures", "pairs", "blasts")} | {"later": 1}))
    assert dblint("report", SHOP, "--compare", old).returncode == 0


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"schema": "dblint-facts/1"}', '{"schema": "dblint-report/1"}', "[" * 100_000]
)
def test_what_is_no_report_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(text)
    run = dblint("report", SHOP, "--compare", file)
    assert (run.returncode, run.stdout) == (2, "")
    assert "cannot be compared with" in run.stderr
    assert "dblint report --format json" in run.stderr
