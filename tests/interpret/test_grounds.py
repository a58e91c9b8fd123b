"""What an answer rests on is taken down, and one that was cut short is not kept for others."""

import textwrap

import pytest

from dblint import frameworks, languages
from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.evaluate import Evaluator
from dblint.interpret.evaluation.values import Environment
from dblint.interpret.queries.record import Notes, Record
from dblint.interpret.tree.grounds import Frame, Grounded, Grounds
from dblint.interpret.tree.program import Program
from dblint.model.facts import RawAccess, RawStatement
from dblint.model.place import Place
from dblint.model.schema import TableName


def test_what_rests_on_an_answer_rests_on_what_that_rests_on() -> None:
    grounds = Grounds()
    known: dict[str, Grounded[int]] = {}

    def one() -> int:
        grounds.look("one.py")
        grounds.ask(1)
        grounds.tell("table", "orders")
        return 1

    for _ in range(2):  # worked out, and then only remembered
        with grounds.apart() as frame:
            assert grounds.remembered(known, "two", lambda: grounds.remembered(known, "one", one, 0) + 1, 0) == 2
        assert frame.whole() == ({"one.py"}, {1})
        assert frame.besides == {("table", "orders")}


def test_an_answer_that_was_cut_short_is_forgotten_with_all_that_took_it() -> None:
    grounds = Grounds()
    known: dict[str, Grounded[int]] = {}

    def circle() -> int:
        return grounds.remembered(known, "outer", circle, 0) + 1  # asks for itself

    assert grounds.remembered(known, "outer", circle, 0) == 1
    assert grounds.remembered(known, "taker", lambda: grounds.remembered(known, "outer", circle, 0), 0) == 1
    grounds.remembered(known, "other", lambda: 7, 0)
    grounds.began()
    assert set(known) == {"other"}


def test_a_failure_leaves_no_answer_behind() -> None:
    grounds = Grounds()
    known: dict[str, Grounded[int]] = {}

    def fail() -> int:
        raise ValueError("our mistake")

    with pytest.raises(ValueError, match="our mistake"):
        grounds.remembered(known, "it", fail, 0)
    assert known == {}


def _framed(source: str) -> tuple[Frame, Frame]:
    """What is taken down while what is executed is evaluated as a text, and then as a value."""
    path, language = "a.py", "python"
    known = frameworks.load()
    module = languages.read(path, language, textwrap.dedent(source), frameworks.vocabulary(known, language))
    evaluator = Evaluator(Program([module]), known)
    unit = evaluator.program.units[path]
    item, call = next((item, call) for item in unit.outermost for call in item.calls if called(call) == "execute")
    at = Environment(unit, item.scope)
    with evaluator.program.grounds.apart() as text:
        evaluator.texts.of(call.arguments[0], at)
    with evaluator.program.grounds.apart() as value:
        evaluator.value(call.arguments[0], at)
    return text, value


def test_a_name_that_leads_to_itself_is_cut_short() -> None:
    straight = "import psycopg\n\ndef f(cursor):\n    word = 'a'\n    cursor.execute(word)\n"
    round_ = "import psycopg\n\ndef f(cursor, word):\n    for word in word:\n        pass\n    cursor.execute(word)\n"
    assert [frame.passing for frame in _framed(straight)] == [False, False]
    assert _framed(round_)[0].passing


def test_what_is_nested_too_deeply_is_cut_short() -> None:
    def deep(count: int) -> str:
        return f"import psycopg\n\ndef f(cursor):\n    cursor.execute({'[' * count}cursor{']' * count})\n"

    assert [frame.passing for frame in _framed(deep(3))] == [False, False]
    assert _framed(deep(80))[1].passing


def test_a_text_that_two_files_hand_on_counts_once_and_whatever_has_no_text_each_time() -> None:
    place = Place("a.py", 1)
    access = RawAccess(TableName("orders"), "read", "select", "cols", None, place, "dbapi", "explicit")
    record = Record()
    for _ in range(2):
        for text in ("one", ""):
            notes = Notes()
            notes.text = text
            notes.state(RawStatement(place, "dbapi", (access,), (), ""))
            record.add(notes.told((), ()))
    assert len(record.statements) == 3
