"""Golden files: what a user sees, kept as text and rewritten with `--update-golden`."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[Path, str], None]

# Hundreds of tests start dblint as a user would. Where a machine forbids Python to keep what it compiled, each of those
# processes would compile all of dblint again, which takes longer than its work.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files with what the tests produced")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with a golden file, or rewrites the file under `--update-golden`."""
    update = bool(request.config.getoption("--update-golden"))

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.is_file(), f"{path} is missing: run pytest with --update-golden"
        assert text == path.read_bytes().decode(), f"{path.name} differs: look at it, then run pytest with --update-golden"

    return compare
