"""What a user sees, as files: a review of their diff is a review of the product."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from dblint.report import CHECK, FACTS, WHO, Report, View
from dblint.report.documents import DOCUMENTS, schema
from dblint.report.sources import Sources
from tests.conftest import Golden
from tests.report.factory import FINDINGS, INVOICES, ORDERS, report, system, tree, write_shop

GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return Sources(write_shop(tmp_path), frozenset({"compose.yaml"}))


@pytest.mark.parametrize("format_", CHECK)
def test_a_check_looks_as_agreed_in_every_format(format_: str, golden: Golden, sources: Sources) -> None:
    golden(GOLDEN / f"check.{format_}", CHECK[format_](report(*FINDINGS), View(sources=sources)))


@pytest.mark.parametrize("option", ["verbose", "quiet", "statistics", "colour"])
def test_every_option_of_the_text_report_looks_as_agreed(option: str, golden: Golden, sources: Sources) -> None:
    view = replace(View(sources=sources), **{option: True})
    golden(GOLDEN / f"check-{option}.text", CHECK["text"](report(*FINDINGS), view))


@pytest.mark.parametrize("format_", CHECK)
def test_a_clean_check_looks_as_agreed_in_every_format(format_: str, golden: Golden) -> None:
    clean = Report(tree(problems=(), unsupported=()), system(problems=()), ())
    golden(GOLDEN / f"clean.{format_}", CHECK[format_](clean, View()))


@pytest.mark.parametrize("format_", FACTS)
def test_facts_look_as_agreed_in_every_format(format_: str, golden: Golden) -> None:
    golden(GOLDEN / f"facts.{format_}", FACTS[format_](tree(), system(), View()))


@pytest.mark.parametrize("format_", WHO)
def test_who_looks_as_agreed_in_every_format(format_: str, golden: Golden) -> None:
    golden(GOLDEN / f"who.{format_}", WHO[format_](system(), (INVOICES, ORDERS), View()))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_published_schema_is_current(document: str, golden: Golden) -> None:
    golden(SCHEMAS / f"{document}.json", schema(document))
