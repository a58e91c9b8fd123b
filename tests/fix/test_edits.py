import pytest

from dblint.fix import Insertion, Removal, edited

UNUSED = Removal(2, ("cross-service-read",))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1\n# dblint: ignore[cross-service-read] why\ny = 2\n", "x = 1\ny = 2\n"),
        ("x = 1\ny = 2  # dblint: ignore[cross-service-read] why\n", "x = 1\ny = 2\n"),
        ("x = 1\ny = 2  # dblint: ignore[cross-service-read, DBL102] why\n", "x = 1\ny = 2  # dblint: ignore[DBL102] why\n"),
        ("x = 1\ny = 2  # noqa: E501  dblint: ignore[Cross-Service-Read]\n", "x = 1\ny = 2  # noqa: E501\n"),
        ("x = 1\ny = 2  # type: ignore  # dblint: ignore[cross-service-read]\n", "x = 1\ny = 2  # type: ignore\n"),
        ("x = 1\r\ny = 2  # dblint: ignore[cross-service-read] why\r\n", "x = 1\r\ny = 2\r\n"),
        ("def f():\n    # dblint: ignore[cross-service-read] é\n    return 1\n", "def f():\n    return 1\n"),
        ("x = 1\n# dblint: ignore[cross-service-read] at the end", "x = 1"),
        ('x = """\n# dblint: ignore[cross-service-read]\n"""\n', 'x = """\n"""\n'),
        ('x = """\nSELECT 1 -- dblint: ignore[cross-service-read] why\n"""\n', 'x = """\nSELECT 1\n"""\n'),
        ("x = 1\n# see dblint\n", "x = 1\n# see dblint\n"),
        ("x = (\n# dblint: ignore[cross-service-read]\n", "x = (\n# dblint: ignore[cross-service-read]\n"),
        ("# coding: latin-1\n# dblint: ignore[cross-service-read]\nx = 'é'\n", "# coding: latin-1\nx = 'é'\n"),
    ],
)
def test_python_loses_the_comment_and_nothing_else(before: str, after: str) -> None:
    encoding = "latin-1" if "latin-1" in before else "utf-8"
    assert edited(before.encode(encoding), "python", [UNUSED]) == after.encode(encoding)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a;\n-- dblint: ignore[cross-service-read] why\nb;\n", "a;\nb;\n"),
        ("a;\nb; -- dblint: ignore[cross-service-read] why\nc;", "a;\nb;\nc;"),
        ("a;\nb /* dblint: ignore[cross-service-read] why */ c;\n", "a;\nb  c;\n"),
        (
            "a;\r\n  /* dblint: file-ignore[cross-service-read, DBL203] */\r\nb;",
            "a;\r\n  /* dblint: file-ignore[DBL203] */\r\nb;",
        ),
        ("a;\nb; -- money -- dblint: ignore[cross-service-read]\n", "a;\nb; -- money\n"),
        ("a;\nb = '\xff\xfe'; -- dblint: ignore[cross-service-read]\n", "a;\nb = '\xff\xfe';\n"),
    ],
)
def test_sql_loses_the_comment_and_nothing_else(before: str, after: str) -> None:
    assert edited(before.encode("latin-1"), "sql", [UNUSED]) == after.encode("latin-1")


def test_a_comment_is_put_above_the_line_with_its_indentation_and_line_end() -> None:
    before = b"def f():\r\n    go()\r\n"
    after = b"def f():\r\n    # dblint: ignore[cross-service-read] until 2030\r\n    go()\r\n"
    assert edited(before, "python", (), [Insertion(2, "cross-service-read", "until\n2030")]) == after
    assert edited(b"a;\n  b;\n", "sql", (), [Insertion(2, "x", "why")]) == b"a;\n  -- dblint: ignore[x] why\n  b;\n"


def test_a_comment_of_python_is_never_put_into_a_string() -> None:
    before = b'x = go(\n    """\n    SELECT 1\n    """,\n)\n'
    first = edited(before, "python", (), [Insertion(3, "x", "why")])
    assert first == b'x = go(\n    # dblint: ignore[x] why\n    """\n    SELECT 1\n    """,\n)\n'
    assert edited(before, "python", (), [Insertion(3, "x", "why", attempt=1)]) == b"# dblint: ignore[x] why\n" + before


def test_a_string_of_sql_gets_a_comment_of_sql_as_the_last_resort() -> None:
    before = b'x = go(\n    """\n    SELECT 1\n    """,\n)\n'
    inside = before.replace(b"    SELECT", b"    -- dblint: ignore[x] why\n    SELECT")
    assert edited(before, "python", (), [Insertion(3, "x", "why", attempt=2)]) == inside
    assert edited(before, "python", (), [Insertion(3, "x", "100 %", attempt=2)]) == before
    assert edited(before.replace(b'"""', b'f"""', 1), "python", (), [Insertion(3, "x", "why", attempt=2)]).count(b"dblint") == 0


@pytest.mark.parametrize("language", ["java", "", "yaml"])
def test_a_language_whose_strings_are_not_known_gets_no_comment(language: str) -> None:
    assert edited(b"a\nb\n", language, (), [Insertion(2, "x", "why")]) == b"a\nb\n"


def test_python_that_does_not_parse_is_left_alone() -> None:
    for broken in (b"def (:\n", b"\xff\xfe\x00", b"(" * 5000):
        assert edited(broken, "python", [Removal(1, ("x",))], [Insertion(1, "x", "why")]) == broken
