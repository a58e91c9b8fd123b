"""Suppression comments as they are written."""

import time
from datetime import date

import pytest

from dblint.judge import in_sql, parse
from dblint.model.findings import Suppression
from dblint.model.syntax import Comment

PATH = "orders/app.py"


def _parsed(text: str, line: int = 5, *, alone: bool = True, ranges: tuple[tuple[int, int], ...] = ()) -> Suppression:
    (found,) = parse([(PATH, Comment(text, line, alone), ranges)])
    return found


def test_a_comment_names_rules_and_a_reason() -> None:
    found = _parsed("dblint: ignore[cross-service-read, DBL102] until billing has an API")
    assert found.rules == ("cross-service-read", "DBL102")
    assert found.reason == "until billing has an API"
    assert found.mistake == ""


@pytest.mark.parametrize(
    ("alone", "ranges", "expected"),
    [
        (True, (), (6, 6)),
        (False, (), (5, 5)),
        (True, ((6, 11),), (6, 11)),
        (True, ((7, 11),), (6, 6)),
        (True, ((1, 30), (6, 8)), (6, 8)),
        (True, ((6, 8), (6, 11)), (6, 11)),
        (False, ((5, 9),), (5, 9)),
        (False, ((2, 5),), (2, 5)),
        (False, ((2, 9),), (5, 5)),
        (True, ((2, 6),), (6, 6)),
    ],
)
def test_a_comment_covers_its_line_or_the_next_and_the_statements_that_start_there(
    alone: bool, ranges: tuple[tuple[int, int], ...], expected: tuple[int, int]
) -> None:
    found = _parsed("dblint: ignore[x]", alone=alone, ranges=ranges)
    assert (found.first, found.last) == expected


def test_comments_above_each_other_cover_the_same_statement() -> None:
    comments = [
        (PATH, Comment("dblint: ignore[a]", 4, True), ((6, 8),)),
        (PATH, Comment("dblint: ignore[b]", 5, True), ((6, 8),)),
    ]
    assert [(found.first, found.last) for found in parse(comments)] == [(6, 8), (6, 8)]


def test_a_comment_in_another_file_does_not_move_the_target() -> None:
    comments = [(PATH, Comment("dblint: ignore[a]", 4, True), ()), ("other.py", Comment("dblint: ignore[b]", 5, True), ())]
    assert [(found.path, found.first) for found in parse(comments)] == [(PATH, 5), ("other.py", 6)]


def test_a_file_can_be_covered_as_a_whole() -> None:
    found = _parsed("dblint: file-ignore[cross-service-read] generated")
    assert (found.first, found.last, found.reason) == (0, 0, "generated")


@pytest.mark.parametrize(
    "text", ["dblint: ignore[x] moving out, until=2027-01-01", "dblint: ignore[x] until=2027-01-01 moving out,"]
)
def test_a_last_day_can_be_given(text: str) -> None:
    found = _parsed(text)
    assert found.until == date(2027, 1, 1)
    assert found.reason == "moving out,"


@pytest.mark.parametrize(
    "text", ["dblint: ignore", "dblint: ignore everything", "dblint: ignore[]", "dblint: file-ignore[ , ] why"]
)
def test_a_blanket_ignore_is_refused(text: str) -> None:
    assert _parsed(text).mistake == "no-rules"


def test_a_wrong_date_is_a_mistake() -> None:
    assert _parsed("dblint: ignore[x] why until=2027-13-01").mistake == "no-date"


@pytest.mark.parametrize("text", ["dblint: ingore[x] why", "dblint: ignores[x]", "dblint: file_ignore[x]"])
def test_a_misspelt_instruction_is_a_mistake(text: str) -> None:
    assert _parsed(text).mistake == "unknown-word"


@pytest.mark.parametrize("text", ["dblint: see docs/adr/7.md", "dblint found this", "see dblint:", "ignore[x]"])
def test_prose_about_dblint_is_no_suppression(text: str) -> None:
    assert parse([(PATH, Comment(text, 1, True), ())]) == ()


def test_a_comment_may_stand_behind_another_tools() -> None:
    assert _parsed("noqa: S608 # dblint: ignore[x] why").reason == "why"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 -- dblint: ignore[x] why",
        "SELECT 1 /* dblint: ignore[x] why */",
        "SELECT 1 # dblint: ignore[x] why",
    ],
)
def test_a_comment_in_sql_is_found_in_every_notation(sql: str) -> None:
    assert in_sql(sql) == (Comment("dblint: ignore[x] why", 1, False),)


def test_lines_in_sql_count_from_the_start_of_the_text() -> None:
    sql = "\n  -- dblint: ignore[x] why\n  SELECT a\n  FROM t /* dblint: ignore[y] */\n"
    assert in_sql(sql) == (Comment("dblint: ignore[x] why", 2, True), Comment("dblint: ignore[y]", 4, False))


def test_a_block_comment_over_several_lines_stands_on_its_last() -> None:
    assert in_sql("/* dblint: ignore[x]\n why */\nSELECT 1") == (Comment("dblint: ignore[x]\n why", 2, True),)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT '-- dblint: ignore[x]'",
        "SELECT 'it''s -- dblint: ignore[x]'",
        'SELECT "/* dblint: ignore[x] */"',
        "SELECT `# dblint: ignore[x]`",
        "SELECT 'unclosed -- dblint: ignore[x]",
        "SELECT a #> '{b}' -- not for us",
    ],
)
def test_what_is_quoted_in_sql_is_no_comment(sql: str) -> None:
    assert in_sql(sql) == ()


def test_a_comment_in_the_body_of_a_routine_is_found() -> None:
    assert len(in_sql("CREATE FUNCTION f() AS $$\n-- dblint: ignore[x] why\nSELECT 1 $$")) == 1


@pytest.mark.parametrize("noise", ["'", "/*", "--\n", "*", "`", '"', "''", "# ", "$a$"])
def test_any_text_is_read_in_time(noise: str) -> None:
    started = time.process_time()
    in_sql("dblint: " + noise * 200_000)
    assert time.process_time() - started < 3
