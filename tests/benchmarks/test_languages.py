"""The comparison of languages reads the files that dblint reads, and tells what each language costs."""

from pathlib import Path

import pytest

from tests.benchmarks.languages import PARTS, reading, samples, whole


def _rows(said: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for words in map(str.split, said.splitlines()[1:])}


def _plant(tree: Path) -> Path:
    for name, text in {
        "shop/orders.py": "def load(session):\n    return session.execute('SELECT id FROM orders')\n",
        "shop/plain.py": "def twice(value):\n    return value + value\n",
        "shop/orders.rb": "class Order < ApplicationRecord\nend\n",
        "shop/vendor/gem.rb": "class Gem\nend\n",
        "shop/schema.sql": "CREATE TABLE orders (id integer);\n",
        "shop/Dockerfile": "FROM scratch\n",
    }.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    return tree


def test_a_sample_holds_what_dblint_reads_of_languages_with_a_grammar(tmp_path: Path) -> None:
    found = samples([_plant(tmp_path)], 1_000_000)
    assert {language: len(sample.texts) for language, sample in found.items()} == {"python": 2, "ruby": 1}
    assert {Path(each.path).name: each.parsed for each in found["python"].texts} == {"orders.py": True, "plain.py": False}


def test_every_language_is_compared_with_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reading([_plant(tmp_path)], rounds=2, size=1_000_000)
    rows = _rows(capsys.readouterr().out)
    assert set(rows) == {"python", "ruby"}
    assert rows["python"][4] == rows["python"][6] == "1.00"
    assert float(rows["ruby"][6]) > 0


def test_complete_runs_are_told_with_the_language_that_most_is_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole([_plant(tmp_path / "shop")], rounds=1)
    assert _rows(capsys.readouterr().out)["shop"][0] == "python"


def test_the_parts_of_a_complete_run_make_up_what_it_costs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole([_plant(tmp_path / "shop")], rounds=1)
    _, *cells = _rows(capsys.readouterr().out)["shop"]
    total, parts = float(cells[2]), [float(cell) for cell in cells[-len(PARTS) :]]
    assert total > 0
    assert sum(parts) == pytest.approx(total, abs=0.01 * len(PARTS))
