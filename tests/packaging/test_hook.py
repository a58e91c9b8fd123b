import shutil
import sys
from pathlib import Path

import pytest
import yaml

from tests.packaging.conftest import ROOT, Packages, run, succeed

pytestmark = pytest.mark.slow

IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")


def commit(folder: Path) -> str:
    """Make the folder a git repository with everything in one commit; its id."""
    succeed("git", "init", "--quiet", cwd=folder)
    succeed("git", "add", "--all", "--force", cwd=folder)
    succeed("git", *IDENTITY, "commit", "--quiet", "--no-verify", "--message", "All", cwd=folder)
    return succeed("git", "rev-parse", "HEAD", cwd=folder).strip()


@pytest.fixture(scope="module")
def hook(packages: Packages, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Path]:
    """A repository of dblint, its commit, and an empty store for pre-commit."""
    repository = tmp_path_factory.mktemp("hook") / "dblint"
    shutil.copytree(packages.unpacked, repository)
    return repository, commit(repository), tmp_path_factory.mktemp("store")


@pytest.mark.parametrize(("name", "code"), [("shop", 1), ("clean", 0)])
def test_the_hook_judges_a_repository_as_the_command_does(
    hook: tuple[Path, str, Path], tmp_path: Path, name: str, code: int
) -> None:
    repository, revision, store = hook
    user = shutil.copytree(ROOT / "fixtures" / name, tmp_path / name)
    hooks = [{"id": "dblint-full", "verbose": True}]
    configuration = {"repos": [{"repo": str(repository), "rev": revision, "hooks": hooks}]}
    (user / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    commit(user)
    program = (sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never")
    done = run(*program, cwd=user, PRE_COMMIT_HOME=str(store))
    assert done.returncode == code, done.stdout + done.stderr
    command = run(sys.executable, "-m", "dblint", "check", cwd=user, PYTHONPATH=str(ROOT))
    assert command.stdout.strip()
    assert command.stdout.strip() in done.stdout


def test_the_staged_hook_reports_what_the_commit_adds_and_nothing_else(hook: tuple[Path, str, Path], tmp_path: Path) -> None:
    repository, revision, store = hook
    user = shutil.copytree(ROOT / "fixtures" / "shop", tmp_path / "shop")
    configuration = {"repos": [{"repo": str(repository), "rev": revision, "hooks": [{"id": "dblint", "verbose": True}]}]}
    (user / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    commit(user)
    program = (sys.executable, "-m", "pre_commit", "run", "--color", "never")
    assert run(*program, cwd=user, PRE_COMMIT_HOME=str(store)).returncode == 0
    code = 'def peek(connection):\n    return connection.execute("SELECT sku FROM products WHERE id = 1")\n'
    (user / "services/orders/orders/peek.py").write_text(f"import psycopg\n\n\n{code}", encoding="utf-8")
    succeed("git", "add", "--all", cwd=user)
    done = run(*program, cwd=user, PRE_COMMIT_HOME=str(store))
    assert (done.returncode, done.stdout.count("cross-service-read (DBL101)")) == (1, 1), done.stdout + done.stderr
    assert "services/orders/orders/peek.py:5" in done.stdout
