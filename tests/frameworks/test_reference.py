"""The page about frameworks says what the framework files say."""

from pathlib import Path

from dblint import frameworks
from dblint.frameworks.reference import page
from tests.conftest import Golden

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "frameworks.md"


def test_the_page_is_current(golden: Golden) -> None:
    golden(PAGE, page(frameworks.load()))


def test_every_framework_has_its_line() -> None:
    text = page(frameworks.load())
    assert all(f"| `{framework.name}` |" in text for framework in frameworks.load())
