"""A file that the interpreter stumbles over costs that file alone."""

from pathlib import Path

import pytest

from dblint.config import Configuration
from dblint.interpret.evaluation.evaluate import Evaluator
from dblint.interpret.evaluation.values import Environment, Value
from dblint.model.facts import Problem
from dblint.model.syntax import Expression
from dblint.pipeline import analyse
from tests.discover.trees import write
from tests.interpret.told import interpretation

GOOD = "import psycopg\n\ndef f(cursor):\n    cursor.execute('SELECT id FROM {}')\n"


def _stumbling(monkeypatch: pytest.MonkeyPatch, error: Exception, *names: str) -> None:
    """Make the interpreter fail where it evaluates anything in files of these names."""
    original = Evaluator.value

    def value(self: Evaluator, expression: Expression, at: Environment) -> Value:
        if at.unit.path.rpartition("/")[2] in names:
            raise type(error)(*error.args)  # one of its own each time, as traces grow
        return original(self, expression, at)

    monkeypatch.setattr(Evaluator, "value", value)


def _files(*names: str) -> dict[str, str]:
    return {f"app/{name}.py": GOOD.format(name) for name in names}


def _tables(files: dict[str, str]) -> tuple[set[str], tuple[Problem, ...]]:
    found = interpretation(GOOD.format("carts"), files)
    return {str(access.table) for each in found.statements for access in each.accesses}, found.problems


def test_the_other_files_are_interpreted_and_the_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _stumbling(monkeypatch, ValueError("our mistake"), "orders.py")
    tables, problems = _tables(_files("orders", "stock"))
    assert tables == {"carts", "stock"}
    assert [(each.path, each.reason) for each in problems] == [("app/orders.py", "internal-error")]


def test_what_is_nested_too_deeply_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    _stumbling(monkeypatch, RecursionError(), "orders.py")
    assert [each.reason for each in _tables(_files("orders"))[1]] == ["too-deep"]


def test_a_mistake_that_hits_many_files_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"part{number}" for number in range(6)]
    _stumbling(monkeypatch, ValueError("our mistake"), *(f"{name}.py" for name in names))
    with pytest.raises(ValueError, match="our mistake"):
        _tables(_files(*names))


def test_a_mistake_of_which_no_file_can_be_blamed_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def connections(*_: object) -> None:
        raise ValueError("our mistake")

    monkeypatch.setattr("dblint.interpret.connections", connections)
    with pytest.raises(ValueError, match="our mistake"):
        _tables(_files("orders"))


def test_a_run_tells_the_file_as_not_analysed_and_finds_what_the_others_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, text in _files("orders", "stock").items():
        write(tmp_path / path, text)
    _stumbling(monkeypatch, ValueError("our mistake"), "orders.py")
    analysis = analyse(tmp_path, Configuration())
    assert {access.table.name for access in analysis.system.accesses} == {"stock"}
    assert [(each.path, each.reason) for each in analysis.system.problems] == [("app/orders.py", "internal-error")]
    assert (analysis.system.coverage.files_seen, analysis.system.coverage.files_read) == (2, 1)
