import sys
import zipfile
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, Packages, run, succeed

pytestmark = pytest.mark.slow


def data_files(folder: Path) -> set[str]:
    """Everything in the folder that is neither Python nor a by-product of running it."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_rule_framework_and_query(packages: Packages) -> None:
    expected = {f"dblint/rules/{name}" for name in data_files(ROOT / "rules")}
    expected |= {f"dblint/{name}" for name in data_files(ROOT / "dblint")}
    assert any(name.endswith(".scm") for name in expected)
    assert any(name.startswith("dblint/frameworks/python/") for name in expected)
    with zipfile.ZipFile(packages.wheel) as wheel:
        names = set(wheel.namelist())
    assert expected <= names
    assert not [name for name in names if name.startswith(("tests/", "fixtures/", "rules/"))]


def test_the_sdist_holds_everything_that_the_tests_need(packages: Packages) -> None:
    for folder in ("dblint", "docs", "fixtures", "rules", "tests"):
        assert data_files(ROOT / folder) == data_files(packages.unpacked / folder)
    for name in (".ci/run", ".pre-commit-hooks.yaml", "CONTRIBUTING.md", "README.md", "pyproject.toml"):
        assert (packages.unpacked / name).read_bytes() == (ROOT / name).read_bytes()
    collected = succeed(sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", cwd=packages.unpacked)
    assert "error" not in collected.splitlines()[-1]
    assert "tests/fixtures/test_fixtures.py" in collected


def test_a_fresh_installation_knows_the_rules_of_the_tree(installed: Path, tmp_path: Path) -> None:
    rules = succeed(installed / "dblint", "rules", "--format", "json", cwd=tmp_path)
    assert rules == succeed(sys.executable, "-m", "dblint", "rules", "--format", "json", cwd=tmp_path, PYTHONPATH=str(ROOT))
    names = [path.stem for path in (ROOT / "rules").glob("*.yaml")]
    assert names
    assert all(f'"{name}"' in rules for name in names)


@pytest.mark.parametrize("name", ["shop", "django", "alembic", "clean"])
def test_a_fresh_installation_reports_what_the_tree_reports(installed: Path, tmp_path: Path, name: str) -> None:
    done = run(installed / "dblint", "check", ROOT / "fixtures" / name, cwd=tmp_path)
    tree = run(sys.executable, "-m", "dblint", "check", ROOT / "fixtures" / name, cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert done.stdout == tree.stdout
    assert done.returncode == tree.returncode == (0 if name == "clean" else 1)


def test_the_installation_is_consistent_and_says_its_version(installed: Path, packages: Packages, tmp_path: Path) -> None:
    succeed(installed / "python", "-m", "pip", "check", cwd=tmp_path)
    version = succeed(installed / "dblint", "--version", cwd=tmp_path).split()[-1]
    assert f"dblint-{version}-" in packages.wheel.name


def test_nothing_of_the_scanned_folder_is_imported(installed: Path, tmp_path: Path) -> None:
    for module in ("yaml", "click", "dblint", "re"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit('executed the scanned tree')\n", encoding="utf-8")
    done = run(installed / "dblint", "check", ".", cwd=tmp_path, PYTHONPATH="")
    assert "executed" not in done.stdout + done.stderr
