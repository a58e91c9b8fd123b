from pathlib import Path

import pytest

from tests.adoption.shop import CONFIG, FILES, dblint, shop

QUIET = FILES["orders/other.py"].replace("))\n", "))  # dblint: ignore[cross-service-write, fragile-read] for now\n")
MULTILINE = '''import psycopg


def totals(connection: psycopg.Connection):
    return connection.execute(
        """
        SELECT total
        FROM invoices
        """
    ).fetchall()
'''


def test_what_suppresses_nothing_is_removed_and_what_is_needed_stays(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop", **{"orders/other.py": QUIET})
    (root / "orders/other.py").chmod(0o755)
    shown = dblint(root, "fix", "--diff").stdout
    assert "-" + QUIET.splitlines()[-1] in shown
    assert (root / "orders/other.py").read_text() == QUIET
    assert dblint(root, "fix").stdout == "changed orders/other.py\n"
    assert (root / "orders/other.py").read_text() == QUIET.replace(", fragile-read", "")
    assert (root / "orders/other.py").stat().st_mode & 0o777 == 0o755
    assert dblint(root, "fix").stdout == "nothing to fix\n"
    assert "unused-suppression" not in dblint(root, "check").stdout


def test_findings_that_are_about_no_comment_are_left_alone(tmp_path: Path) -> None:
    shared = CONFIG.replace("shared-database: off", "shared-database: note")
    root = shop(tmp_path / "shop", **{"orders/other.py": QUIET, "dblint.yaml": shared})
    assert dblint(root, "fix").stdout == "changed orders/other.py\n"


def test_chosen_findings_are_suppressed_with_their_reason(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop", **{"orders/lines.py": MULTILINE})
    done = dblint(root, "fix", "--suppress", "cross-service-read", "--suppress", "DBL102", "--reason", "gone by 2030")
    assert done.returncode == 0, done.stderr
    assert (root / "orders/app.py").read_text().count("# dblint: ignore[cross-service-read] gone by 2030\n") == 2
    compile((root / "orders/lines.py").read_text(), "lines.py", "exec")
    assert (root / "orders/lines.py").read_text().count("dblint") == 1
    assert dblint(root, "check").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--suppress", "cross-service-read"), "needs its reason"),
        (("--suppress", "cross-service-raed", "--reason", "x"), "did you mean 'cross-service-read'"),
        (("--suppress", "ownership-cycle", "--reason", "x"), "no open finding"),
    ],
)
def test_a_mistake_changes_nothing(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    root = shop(tmp_path / "shop")
    done = dblint(root, "fix", *arguments)
    assert (done.returncode, said in done.stderr) == (2, True)
    assert (root / "orders/app.py").read_text() == FILES["orders/app.py"]


def test_a_migration_that_flyway_has_sealed_is_left_alone(tmp_path: Path) -> None:
    sealed = "ALTER TABLE invoices ADD COLUMN note text;\n"
    root = shop(tmp_path / "shop", **{"orders/db/V1__note.sql": sealed})
    done = dblint(root, "fix", "--suppress", "foreign-migration", "--reason", "x")
    assert (done.returncode, "`allow` entry" in done.stderr) == (1, True)
    assert (root / "orders/db/V1__note.sql").read_text() == sealed
