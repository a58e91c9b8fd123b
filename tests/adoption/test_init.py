import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dblint.setup.insertion import with_items
from tests.adoption.shop import FILES, READ, ROOT, dblint, shop
from tests.history.repositories import commit, git, repository, write

COMPOSE = """\
services:
  db: {image: postgres, environment: {POSTGRES_DB: shop}}
  billing: {build: billing, environment: {DATABASE_URL: "postgresql://db/shop"}}
  orders: {build: orders, environment: {DATABASE_URL: "postgresql://db/shop"}}
"""
PRE_COMMIT = """\
# ours
repos:
- repo: https://git.example.com/hooks
  rev: v1
  hooks:
  - id: tidy # keep

exclude: ^vendored/
"""
LEGACY = {
    "docker-compose.yml": COMPOSE,
    "billing/Dockerfile": "FROM python\n",
    "billing/main.py": "print()\n",
    "orders/Dockerfile": "FROM python\n",
    ".pre-commit-config.yaml": PRE_COMMIT,
    ".github/workflows/tests.yml": "on: push\njobs: {}\n",
    **{path: text for path, text in FILES.items() if path != "dblint.yaml"},
}


def lost(before: str, after: str) -> list[str]:
    """The lines that are not there any more."""
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line.startswith("- ")]


@pytest.fixture
def legacy(tmp_path: Path) -> Path:
    """A coupled system that never heard of dblint, under git."""
    root = repository(tmp_path / "legacy")
    commit(root, LEGACY)
    return root


def test_from_nothing_to_a_green_gate_and_one_new_finding_shuts_it(legacy: Path) -> None:
    commands = [("check", 1), ("init --yes", 0), ("config validate", 0), ("check", 0)]
    for words, code in commands:
        done = dblint(legacy, *words.split())
        assert done.returncode == code, (words, done.stdout, done.stderr)
    commit(legacy)
    hooks = yaml.safe_load((legacy / ".pre-commit-config.yaml").read_text())["repos"]
    (hook,) = hooks[-1]["hooks"]
    steps = yaml.safe_load((legacy / ".github/workflows/dblint.yml").read_text())["jobs"]["dblint"]["steps"]
    assert hook["entry"].startswith("dblint check --staged")
    write(legacy, {"orders/new.py": "import psycopg\n" + READ.format(number=9)})
    git(legacy, "add", "-A")
    in_hook = dblint(legacy, *hook["entry"].split()[1:], "--format", "concise")
    assert (in_hook.returncode, in_hook.stdout.count("orders/new.py:5")) == (1, 1)
    assert "1 error\n" in in_hook.stdout
    command = steps[-1]["run"].replace('"markdown=$GITHUB_STEP_SUMMARY"', f"markdown={legacy.parent}/summary.md")
    in_ci = dblint(legacy, *command.split()[1:])
    assert (in_ci.returncode, in_ci.stdout.count("::error ")) == (1, 1), in_ci.stdout
    assert "orders/new.py" in (legacy.parent / "summary.md").read_text()


def test_a_declared_system_is_judged_as_the_detected_one(legacy: Path) -> None:
    before = dblint(legacy, "check", "--format", "json").stdout
    assert dblint(legacy, "init", "--yes", "--no-baseline").returncode == 0
    assert dblint(legacy, "check", "--format", "json").stdout == before


def test_the_table_names_every_service_with_its_evidence(legacy: Path) -> None:
    done = dblint(legacy, "init", "--dry-run")
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith(("billing ", "orders "))]
    assert [(row[0], row[1], row[2], row[3]) for row in rows] == [
        ("billing", "service", "billing", "postgresql://db/shop"),
        ("orders", "service", "orders", "postgresql://db/shop"),
    ]
    assert all("docker-compose.yml:" in " ".join(row) for row in rows)


def test_a_dry_run_writes_nothing(legacy: Path) -> None:
    assert "would write dblint.yaml" in dblint(legacy, "init", "--dry-run").stdout
    assert git(legacy, "status", "--short") == ""


def test_existing_files_keep_every_line(legacy: Path) -> None:
    assert dblint(legacy, "init", "--yes").returncode == 0
    kept = (legacy / ".pre-commit-config.yaml").read_text()
    assert not lost(PRE_COMMIT, kept)
    assert "id: dblint" in kept


def test_running_it_again_changes_nothing_and_accepts_nothing_new(legacy: Path) -> None:
    dblint(legacy, "init", "--yes")
    commit(legacy, {"dblint.yaml": (legacy / "dblint.yaml").read_text() + "# edited by hand\nfail-level: warning\n"})
    write(legacy, {"orders/new.py": "import psycopg\n" + READ.format(number=9)})
    done = dblint(legacy, "init", "--yes")
    assert "nothing was changed" in done.stdout
    assert git(legacy, "status", "--short") == "?? orders/new.py"


def test_running_it_again_adds_a_service_that_came_later(legacy: Path) -> None:
    dblint(legacy, "init", "--yes")
    before = (legacy / "dblint.yaml").read_text()
    compose = COMPOSE + '  mail: {build: mail, environment: {DATABASE_URL: "postgresql://db/shop"}}\n'
    commit(legacy, {"docker-compose.yml": compose, "mail/Dockerfile": "FROM python\n", "mail/app.py": "print()\n"})
    done = dblint(legacy, "init", "--yes")
    assert "wrote dblint.yaml: added the service mail" in done.stdout
    after = (legacy / "dblint.yaml").read_text()
    assert not lost(before, after)
    assert [entry["name"] for entry in yaml.safe_load(after)["services"]] == ["billing", "orders", "mail"]


def test_nobody_is_asked_where_nobody_is(tmp_path: Path) -> None:
    done = dblint(shop(tmp_path / "shop"), "init")
    assert (done.returncode, "--yes" in done.stderr) == (2, True)


@pytest.mark.skipif(os.name == "nt", reason="POSIX terminals")
def test_somebody_is_asked_about_baseline_hook_and_job_and_about_nothing_else(legacy: Path) -> None:
    terminal, stdin = os.openpty()
    os.write(terminal, b"n\ny\nn\n")
    done = subprocess.run(
        (sys.executable, "-m", "dblint", "init"),
        cwd=legacy,
        env=os.environ | {"PYTHONPATH": str(ROOT), "DBLINT_CACHE_DIR": str(legacy.parent / "cache")},
        stdin=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(terminal)
    os.close(stdin)
    assert done.returncode == 0, done.stderr
    questions = [question.strip() for question in re.findall(r"([^\n?:\]]+\?) \[Y/n\]", done.stderr)]
    assert questions == [
        "Accept the 5 findings of today in a baseline?",
        "Add a hook to the configuration of pre-commit?",
        "Add a job for github?",
    ]
    assert git(legacy, "status", "--short") == "M .pre-commit-config.yaml\n?? .dblint/\n?? dblint.yaml"
    assert not (legacy / ".dblint/baseline").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n- b: 1\n", "a:\n- b: 1\n- c: 2\n  d: 3\n"),
        (
            "a:\n  - b: 1\n    x:\n      - 1\n\n# end\nz: 1\n",
            "a:\n  - b: 1\n    x:\n      - 1\n  - c: 2\n    d: 3\n\n# end\nz: 1\n",
        ),
        ("a:\n  - b # one\n  # two\nz: 1", "a:\n  - b # one\n  - c: 2\n    d: 3\n  # two\nz: 1"),
        ("a: [b]\n", None),
        ("a: []\n", None),
        ("b: 1\n", None),
        ("a: {\n", None),
    ],
)
def test_an_item_is_added_to_a_list_without_touching_a_line(text: str, expected: str | None) -> None:
    assert with_items(text, "a", ["c: 2\nd: 3"]) == expected


def test_it_is_told_which_databases_services_reach_and_where_that_stands(legacy: Path) -> None:
    assert dblint(legacy, "init", "--yes", "--no-baseline").returncode == 0
    declared = (legacy / "dblint.yaml").read_text()
    assert "\n  # billing: docker-compose.yml:3\n  # orders: docker-compose.yml:4\n  shop: {url: " in declared
    assert declared.count("\n    databases: [shop]\n") == 2
    facts = dblint(legacy, "facts").stdout
    assert "orders (orders)\n  connects to postgresql://db/shop  docker-compose.yml:4\n" in facts
    assert "  connects to postgresql://db/shop  docker-compose.yml:4\n" in dblint(legacy, "who", "orders").stdout
    table = dblint(legacy, "who", "invoices").stdout
    assert "  in postgresql://db/shop\n    billing reaches it by docker-compose.yml:3\n" in table
    report = dblint(legacy, "report").stdout
    assert "  - `orders`: `docker-compose.yml:4`" in report
    rows = dblint(legacy, "query", "select service, database, path, line from connections").stdout
    assert "docker-compose.yml" in rows


SEVERAL = {
    "docker-compose.yml": """\
services:
  db: {image: postgres}
  mongo: {image: mongo}
  billing:
    build: billing
    environment:
      DATABASE_URL: postgresql://billing:x@db/shop?currentSchema=billing
      MONGO_URL: mongodb://mongo/bills
  orders:
    build: orders
    environment: {DATABASE_URL: "postgresql://orders:x@db/shop?currentSchema=orders", ARCHIVE_URL: "sqlite:////data/a.db"}
  stock: {build: stock, environment: {DATABASE_URL: "postgresql://stock:x@${ELSEWHERE}/stock"}}
""",
    "billing/main.py": 'import psycopg\npsycopg.connect("").execute("SELECT id FROM bills JOIN orders.orders o ON true")\n',
    "orders/main.py": 'import psycopg\npsycopg.connect("").execute("SELECT id FROM orders")\n',
    "stock/main.py": 'import psycopg\npsycopg.connect("").execute("SELECT id FROM orders")\n',
    "billing/1.sql": "CREATE TABLE bills (id int);\n",
    "orders/1.sql": "CREATE TABLE orders (id int);\n",
    **{f"{name}/Dockerfile": "FROM python\n" for name in ("billing", "orders", "stock")},
}


def test_what_init_declares_gives_the_same_databases_and_findings_as_what_it_detected(tmp_path: Path) -> None:
    root = repository(tmp_path / "several")
    commit(root, SEVERAL)
    before = [dblint(root, *words.split()).stdout for words in ("facts --format json", "check --format concise --exit-zero")]
    assert dblint(root, "init", "--yes", "--no-baseline", "--no-hook").returncode in (0, 2)
    declared = yaml.safe_load((root / "dblint.yaml").read_text())
    assert declared["databases"] == {
        "bills": {"url": "mongodb://mongo/bills"},
        "shop_billing": {"url": "postgresql://db/shop", "schema": "billing"},
        "shop_orders": {"url": "postgresql://db/shop", "schema": "orders"},
        "a_db": {"url": "sqlite:///orders/data/a.db"},
    }
    after = [dblint(root, *words.split()).stdout for words in ("facts --format json", "check --format concise --exit-zero")]
    assert after == before
