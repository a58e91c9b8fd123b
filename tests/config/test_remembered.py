"""A configuration is worked out once, and what can change without it is looked at each time."""

import sys
from pathlib import Path

import pytest

from dblint.config import Configuration, ConfigurationError, load
from dblint.engine.cache import Cache
from dblint.engine.memory import Memory

TEXT = """\
version: 1
services:
  - {name: orders, path: orders, databases: ["postgresql://app:secret@db/shop"]}
allow:
  - {service: orders, table: invoices, reason: until they move, until: 2030-01-31}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    (folder / "orders").mkdir(parents=True)
    (folder / "dblint.yaml").write_text(TEXT)
    (tmp_path / "cache").mkdir(mode=0o700)
    return folder


def _load(root: Path) -> Configuration:
    memory = Memory(Cache(str(root.parent / "cache"), pytest.fail), "configuration")
    found = load(None, root, memory)
    memory.save()
    return found


def test_what_a_file_says_is_worked_out_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _load(root)
    monkeypatch.setitem(sys.modules, "dblint.config.conversion", None)  # whoever needs it now fails
    assert _load(root) == first == load(None, root, Memory(Cache(str(root.parent / "cache"), pytest.fail), "configuration"))
    assert b"secret" not in b"".join(file.read_bytes() for file in (root.parent / "cache").iterdir())
    (root / "dblint.yaml").write_text(TEXT + "fail-level: warning\n")
    with pytest.raises(ImportError):
        _load(root)


def test_a_folder_that_is_gone_is_a_mistake_of_a_file_that_had_none(root: Path) -> None:
    _load(root)
    (root / "orders").rmdir()
    with pytest.raises(ConfigurationError, match="orders"):
        _load(root)


def test_mistakes_are_told_each_time_with_those_that_fit_no_form(root: Path) -> None:
    (root / "dblint.yaml").write_text(TEXT.replace("path: orders", "path: nowhere") + "colour: red\n")
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="unknown key 'colour'") as told:
            _load(root)
        assert "nowhere" in str(told.value)


def test_a_path_of_several_folders_is_looked_at_each_time(root: Path) -> None:
    (root / "dblint.yaml").write_text(TEXT.replace("path: orders", "path: orders + more"))
    (root / "more").mkdir()
    assert _load(root).services[0].paths == ("more",)
    (root / "orders + more").mkdir()
    assert _load(root).services[0].path == "orders + more"


def test_a_file_as_deep_as_any_that_is_read_has_its_mistakes_told(root: Path) -> None:
    (root / "dblint.yaml").write_text(TEXT + "colour: " + "{a: " * 198 + "red" + "}" * 198 + "\n")
    with pytest.raises(ConfigurationError, match="unknown key 'colour'"):
        _load(root)
