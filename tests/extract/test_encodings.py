"""A file in Latin-1 is read: what is of interest is ASCII; only Python's own files must say so."""

import pytest

from dblint.extract.file import extract
from dblint.languages import Vocabulary

WORDS = Vocabulary(calls=frozenset({"execute", "Query"}), markers=("execute", "Query"))
COMMENT = "größe".encode("latin-1")


@pytest.mark.parametrize(
    ("path", "language", "source"),
    [
        ("A.cs", "csharp", b'class A { void F() { c.Query("SELECT id FROM orders"); } } // '),
        ("a.js", "javascript", b'c.execute("SELECT id FROM orders"); // '),
        ("a.sql", "sql", b"SELECT id FROM orders; -- "),
    ],
)
def test_a_program_in_latin_1_is_analysed(path: str, language: str, source: bytes) -> None:
    facts = extract(path, language, source + COMMENT, WORDS, lambda _: ())
    assert not facts.problems
    assert facts.script or (facts.module is not None and facts.module.evaluations)


def test_a_program_of_python_in_latin_1_is_none() -> None:
    facts = extract("a.py", "python", b'c.execute("SELECT id FROM orders")  # ' + COMMENT, WORDS, lambda _: ())
    assert [problem.reason for problem in facts.problems] == ["undecodable"]
