import pytest

from dblint import languages
from dblint.languages import Vocabulary
from dblint.queryfiles import loads

FILES = ["lib/q/sql/users.sql", "lib/q/sql/orders/new.sql", "lib/other/users.sql"]
WORDS = Vocabulary(calls=frozenset({"from_path", "module", "open", "joinpath"}), markers=("aiosql", "pugsql", "sql"))


def loaded(source: str) -> list[str]:
    return [file for _, file, _ in loads([languages.read("lib/q/db.py", "python", source, WORDS)], FILES)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('import aiosql\nqueries = aiosql.from_path("q/sql", "psycopg2")\n', FILES[1::-1]),
        (
            'import aiosql\nfrom pathlib import Path\nQ = aiosql.from_path(Path(__file__).parent / "sql", "asyncpg")\n',
            FILES[1::-1],
        ),
        ('import pugsql\nqueries = pugsql.module("sql/")\n', FILES[1::-1]),
        ('SQL = open("orders/new.sql").read()\n', [FILES[1]]),
        ('import aiosql\nQ = aiosql.from_str("-- name: x\\nselect 1", "psycopg2")\n', []),
        ('FOLDER = "sql"\n', []),
    ],
)
def test_a_module_loads_the_files_that_its_texts_name(source: str, expected: list[str]) -> None:
    assert loaded(source) == expected
