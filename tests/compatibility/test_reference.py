from pathlib import Path

from dblint.compatibility.reference import markdown
from tests.conftest import Golden

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "compatibility.md"


def test_the_page_shows_the_matrix_as_it_is(golden: Golden) -> None:
    golden(PAGE, markdown())
