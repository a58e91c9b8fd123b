from pathlib import Path

import pytest

from dblint.model.place import Place
from dblint.report.frame import frame
from dblint.report.sources import Sources


def framed(root: Path, text: str, line: int = 1, word: str = "invoices", column: int = 1, name: str = "app.py") -> list[str]:
    (root / name).write_bytes(text.encode())
    return frame(Sources(root), Place(name, line, column), word, colour=False)


def test_the_caret_stands_under_the_table_at_or_after_the_column(tmp_path: Path) -> None:
    rows = framed(tmp_path, "invoices = read('invoices')", column=12)
    assert rows == ["  1 | invoices = read('invoices')", "    |                  ^^^^^^^^"]


def test_the_caret_goes_to_the_first_mention_where_the_column_is_not_known(tmp_path: Path) -> None:
    assert framed(tmp_path, "x(INVOICES)", column=99)[1] == "    |   ^^^^^^^^"


def test_a_part_of_a_word_is_not_the_table(tmp_path: Path) -> None:
    assert framed(tmp_path, "x(invoices_old, myinvoices)") == ["  1 | x(invoices_old, myinvoices)"]


def test_two_lines_stand_around_the_line_without_blank_edges(tmp_path: Path) -> None:
    rows = framed(tmp_path, "zero\n\none\nread(invoices)\n\ntwo\nthree", line=4)
    assert [row.split("|")[1].strip() for row in rows] == ["one", "read(invoices)", "^^^^^^^^", "", "two"]


def test_wide_characters_and_tabs_do_not_move_the_caret(tmp_path: Path) -> None:
    assert framed(tmp_path, "\tx('表', invoices)")[1].index("^") == len("  1 |     x('__', ")


def test_a_very_long_line_is_cut_around_the_table(tmp_path: Path) -> None:
    code, carets = framed(tmp_path, "x" * 5000 + " invoices " + "y" * 5000)
    assert len(code) < 200
    assert code.startswith("  1 | …")
    assert code.endswith("…")
    assert code[carets.index("^") : carets.rindex("^") + 1] == "invoices"


def test_a_line_cannot_control_the_terminal_and_its_secrets_are_masked(tmp_path: Path) -> None:
    (row, _) = framed(tmp_path, "engine('postgresql://app:hunter2@db/invoices') # \x1b[2J")
    assert row == "  1 | engine('postgresql://app:***@db/invoices') # \\u001b[2J"


@pytest.mark.parametrize("name", [".env", "compose.yaml", "application.properties", "web.config", "Dockerfile", "settings.ini"])
def test_a_configuration_file_is_never_framed(tmp_path: Path, name: str) -> None:
    assert framed(tmp_path, "invoices", name=name) == []


def test_a_source_file_that_is_configuration_is_never_framed(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text("invoices")
    assert frame(Sources(tmp_path, frozenset({"settings.py"})), Place("settings.py", 1), "invoices", colour=False) == []


def test_a_file_outside_the_root_is_never_framed(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "secret.py").write_text("invoices")
    (tmp_path / "root" / "link.py").symlink_to(tmp_path / "secret.py")
    sources = Sources(tmp_path / "root")
    for path in ("../secret.py", "link.py", str(tmp_path / "secret.py"), "nothing.py", "a\0b.py"):
        assert sources.lines(path) == ()


def test_a_named_pipe_does_not_make_the_report_wait(tmp_path: Path) -> None:
    import os  # noqa: PLC0415 - pipes are not everywhere

    os.mkfifo(tmp_path / "pipe.py")
    assert Sources(tmp_path).lines("pipe.py") == ()


@pytest.mark.parametrize("line", [0, 3])
def test_a_line_that_is_not_there_is_not_framed(tmp_path: Path, line: int) -> None:
    assert framed(tmp_path, "one\ntwo", line=line) == []
