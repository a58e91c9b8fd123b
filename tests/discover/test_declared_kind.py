"""A declared folder without a kind is what it holds."""

from pathlib import Path

import pytest

from dblint.config import load
from dblint.discover.tree import discover


@pytest.mark.parametrize(
    ("folder", "files", "kind"),
    [
        ("database", {"schema.sql": "CREATE TABLE t (id int);", "upgrade.py": "print(1)"}, "schema"),
        ("common", {"queries.py": "SQL = 'SELECT 1'"}, "service"),
        ("orders", {"schema.sql": "CREATE TABLE t (id int);", "api.py": "x = 1", "model.py": "y = 2"}, "service"),
    ],
)
def test_the_kind_of_a_declared_folder_follows_from_its_content(
    tmp_path: Path, folder: str, files: dict[str, str], kind: str
) -> None:
    (tmp_path / folder).mkdir()
    for name, text in files.items():
        (tmp_path / folder / name).write_text(text)
    (tmp_path / "dblint.yaml").write_text(f"version: 1\nservices:\n  - {{name: it, path: {folder}}}\n")
    tree = discover(tmp_path, load(None, tmp_path))
    assert [service.kind for service in tree.services] == [kind]


def test_a_declared_kind_is_obeyed(tmp_path: Path) -> None:
    (tmp_path / "database").mkdir()
    (tmp_path / "database" / "schema.sql").write_text("CREATE TABLE t (id int);")
    (tmp_path / "dblint.yaml").write_text("version: 1\nservices:\n  - {name: it, path: database, kind: service}\n")
    tree = discover(tmp_path, load(None, tmp_path))
    assert [service.kind for service in tree.services] == ["service"]
