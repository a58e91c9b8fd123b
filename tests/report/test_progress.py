import io

import pytest

from dblint.report import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watch(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal as standard error; called inside a test, since pytest puts its own there after the fixtures."""
    for name in ("CI", "PRE_COMMIT", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    made = Terminal()
    monkeypatch.setattr("sys.stderr", made)
    return made


def test_a_short_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watch(monkeypatch)
    with progress.progress() as tell:
        assert tell is not None
        tell("read", 1, 10)
    assert terminal.getvalue() == ""


def test_a_long_run_shows_its_stage_and_clears_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watch(monkeypatch)
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    with progress.progress() as tell:
        assert tell is not None
        tell("read", 1, 10)
        tell("resolve", 0, 0)
    assert "resolve" in terminal.getvalue()


@pytest.mark.parametrize("variable", ["CI", "PRE_COMMIT"])
def test_nobody_watches_in_ci_or_in_a_hook(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watch(monkeypatch)
    monkeypatch.setenv(variable, "1")
    with progress.progress() as tell:
        assert tell is None


def test_nobody_watches_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with progress.progress() as tell:
        assert tell is None
