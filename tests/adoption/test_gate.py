import json
from pathlib import Path

import pytest

from dblint import stages
from dblint.analysis import Made
from tests.adoption.shop import CONFIG, FILES, READ, WRITE, dblint, shop
from tests.history.repositories import commit, git, repository, write


def findings(root: Path, *arguments: str, code: int) -> list[tuple[str, str, int]]:
    """The findings of a check that neither the baseline nor a comment accepts."""
    done = dblint(root, "check", "--format", "json", *arguments)
    assert done.returncode == code, done.stderr + done.stdout
    found = json.loads(done.stdout)["findings"]
    return [(one["rule"], one["path"], one["line"]) for one in found if not one["baselined"] and not one["suppressed"]]


@pytest.fixture
def accepted(tmp_path: Path) -> Path:
    """The system under git with a baseline, all committed."""
    root = shop(repository(tmp_path / "shop"))
    assert dblint(root, "check").returncode == 1
    assert dblint(root, "baseline", "update").returncode == 0
    commit(root)
    assert findings(root, code=0) == []
    return root


def test_a_baseline_makes_the_gate_green_and_one_more_makes_it_red(accepted: Path) -> None:
    write(accepted, {"orders/app.py": FILES["orders/app.py"] + READ.format(number=3)})
    assert findings(accepted, code=1) == [("cross-service-read", "orders/app.py", 13)]
    assert len(findings(accepted, "--no-baseline", code=1)) == 4


def test_accepted_findings_are_marked_in_json_and_told_in_text_only_on_demand(accepted: Path) -> None:
    found = json.loads(dblint(accepted, "check", "--format", "json").stdout)["findings"]
    assert [one["baselined"] for one in found] == [True, True, True]
    assert "orders/app.py:5" not in dblint(accepted, "check").stdout
    assert "3 in the baseline" in dblint(accepted, "check").stdout
    assert "orders/app.py:5" in dblint(accepted, "check", "-v").stdout


def test_what_is_solved_must_leave_the_baseline_by_the_command_that_is_told(accepted: Path) -> None:
    write(accepted, {"orders/other.py": ""})
    done = dblint(accepted, "check")
    assert done.returncode == 1
    assert "stale-baseline" in done.stdout
    assert "`dblint baseline prune`" in done.stdout
    assert dblint(accepted, "baseline", "prune").returncode == 0
    assert findings(accepted, code=0) == []
    write(accepted, {"orders/other.py": FILES["orders/other.py"]})
    assert findings(accepted, code=1) == [("cross-service-write", "orders/other.py", 5)]
    assert dblint(accepted, "baseline", "prune").returncode == 0
    assert findings(accepted, code=1) == [("cross-service-write", "orders/other.py", 5)]


def test_the_command_that_is_told_names_the_folder(accepted: Path) -> None:
    write(accepted, {"orders/other.py": ""})
    assert "`dblint baseline prune shop`" in dblint(accepted.parent, "check", "shop").stdout


def test_a_partial_run_does_not_judge_the_baseline(accepted: Path) -> None:
    write(accepted, {"orders/other.py": ""})
    git(accepted, "add", "-A")
    assert findings(accepted, "--staged", code=0) == []
    assert findings(accepted, "--base", "main", code=0) == []
    assert "stale-baseline" not in dblint(accepted, "check", "orders").stdout


def test_a_folder_below_the_configuration_has_its_baseline_above(accepted: Path) -> None:
    assert findings(accepted, "orders", code=0) == []
    done = dblint(accepted, "baseline", "update", "orders")
    assert (done.returncode, "give the folder of dblint.yaml" in done.stderr) == (2, True)


def test_a_renamed_file_stays_accepted(accepted: Path) -> None:
    git(accepted, "mv", "orders/app.py", "orders/totals.py")
    assert findings(accepted, code=0) == []
    assert findings(accepted, "--staged", code=0) == []
    commit(accepted)
    assert findings(accepted, code=0) == []
    assert dblint(accepted, "baseline", "prune").returncode == 0
    assert "orders/totals.py: 2" in (accepted / ".dblint/baseline/billing.yaml").read_text()


def test_nothing_is_overwritten_where_the_baseline_is_damaged(accepted: Path) -> None:
    file = accepted / ".dblint/baseline/billing.yaml"
    file.write_text("<<<<<<< HEAD\nversion: 1\n")
    for command in (("check",), ("baseline", "update"), ("baseline", "prune"), ("check", "--base", "main"), ("init", "--yes")):
        done = dblint(accepted, *command)
        assert done.returncode == 2
        assert ".dblint/baseline/billing.yaml:2:8" in done.stderr
    assert file.read_text() == "<<<<<<< HEAD\nversion: 1\n"


def test_the_baseline_of_a_strict_service_does_not_grow(accepted: Path) -> None:
    config = CONFIG.replace("path: orders,", "path: orders, strict: true,")
    write(accepted, {"dblint.yaml": config, "orders/app.py": FILES["orders/app.py"] + READ.format(number=3)})
    done = dblint(accepted, "baseline", "update")
    assert (done.returncode, "orders is strict: orders/app.py:13" in done.stderr) == (1, True)
    assert findings(accepted, code=1) == [("cross-service-read", "orders/app.py", 13)]


def test_more_unresolved_calls_than_accepted_are_incomplete(accepted: Path) -> None:
    dynamic = '\n\ndef load(connection: psycopg.Connection, table: str):\n    connection.execute(f"SELECT 1 FROM {table}")\n'
    write(accepted, {"orders/other.py": FILES["orders/other.py"] + dynamic})
    done = dblint(accepted, "check")
    assert (done.returncode, "the baseline accepts 0" in done.stderr) == (3, True)
    assert dblint(accepted, "baseline", "update").returncode == 0
    assert dblint(accepted, "check").returncode == 0


def test_the_staged_tree_is_judged_and_not_the_work_tree(tmp_path: Path) -> None:
    root = shop(repository(tmp_path / "shop"))
    commit(root)
    assert findings(root, "--staged", code=0) == []
    write(root, {"orders/new.py": "import psycopg\n" + WRITE})
    assert findings(root, "--staged", code=0) == []
    git(root, "add", "-A")
    write(root, {"orders/new.py": ""})
    assert findings(root, "--staged", code=1) == [("cross-service-write", "orders/new.py", 5)]
    text = dblint(root, "check", "--staged").stdout
    assert "UPDATE invoices" in text  # the frame shows the staged lines


def test_what_was_judged_before_a_commit_is_the_base_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = shop(repository(tmp_path / "shop"))
    commit(root)
    write(root, {"billing/migrations/0002_drop.sql": "ALTER TABLE invoices DROP COLUMN total;"})
    git(root, "add", "-A")
    assert [rule for rule, _, _ in findings(root, "--staged", code=1)] == ["breaking-schema-change"]
    commit(root)
    analysed: list[Path] = []
    run = stages.run

    def noted(folder: Path, *rest: object) -> Made:
        analysed.append(folder)
        return run(folder, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(stages, "run", noted)
    write(root, {"orders/new.py": "import psycopg\n" + WRITE})
    git(root, "add", "-A")
    warm = findings(root, "--staged", code=1)
    assert len(analysed) == 1
    assert warm == findings(root, "--staged", "--no-cache", code=1) == [("cross-service-write", "orders/new.py", 5)]
    assert len(analysed) == 3  # without a cache the base is analysed as well
    assert [rule for rule, _, _ in findings(root, "--base", "HEAD~1", code=1)] == [
        "breaking-schema-change",
        "cross-service-write",
    ]


def test_a_new_statement_before_equal_old_ones_is_one_finding(tmp_path: Path) -> None:
    root = shop(repository(tmp_path / "shop"))
    dblint(root, "baseline", "update")
    commit(root)
    above = FILES["orders/app.py"].replace("import psycopg\n", "import psycopg\n" + READ.format(number=0))
    write(root, {"orders/app.py": above})
    git(root, "add", "-A")
    assert len(findings(root, "--staged", code=1)) == 1
    assert len(findings(root, "--base", "main", code=1)) == 1
    assert len(findings(root, code=1)) == 1


def test_a_finding_in_an_unchanged_file_is_new_when_its_cause_is(tmp_path: Path) -> None:
    root = shop(
        repository(tmp_path / "shop"),
        **{"billing/migrations/0001.sql": "", "orders/0001.sql": FILES["billing/migrations/0001.sql"]},
    )
    commit(root)
    assert findings(root, code=0) == []
    git(root, "mv", "orders/0001.sql", "billing/migrations/0002.sql")
    new = findings(root, "--staged", code=1)
    assert {path for _, path, _ in new} == {"orders/app.py", "orders/other.py"}


def test_a_branch_is_judged_from_where_it_left_its_base(tmp_path: Path) -> None:
    root = shop(repository(tmp_path / "shop"))
    commit(root)
    git(root, "checkout", "-q", "-b", "side")
    commit(root, {"orders/new.py": "import psycopg\n" + WRITE})
    git(root, "checkout", "-q", "main")
    commit(root, {"orders/app.py": "", "orders/other.py": ""})
    git(root, "checkout", "-q", "side")
    assert findings(root, "--base", "main", code=1) == [("cross-service-write", "orders/new.py", 5)]


def test_what_an_allowance_covered_on_the_base_is_new_without_it(tmp_path: Path) -> None:
    allow = "allow:\n  - {service: orders, table: invoices, mode: write, reason: for now}\n"
    root = shop(repository(tmp_path / "shop"), **{"dblint.yaml": CONFIG + allow})
    commit(root)
    write(root, {"dblint.yaml": CONFIG})
    git(root, "add", "-A")
    assert findings(root, "--staged", code=1) == [("cross-service-write", "orders/other.py", 5)]


def test_a_finding_whose_suppression_goes_is_new(tmp_path: Path) -> None:
    quiet = FILES["orders/other.py"].replace("))\n", "))  # dblint: ignore[cross-service-write] for now\n")
    root = shop(repository(tmp_path / "shop"), **{"orders/other.py": quiet})
    commit(root)
    write(root, {"orders/other.py": FILES["orders/other.py"]})
    git(root, "add", "-A")
    assert findings(root, "--staged", code=1) == [("cross-service-write", "orders/other.py", 5)]


def test_before_the_first_commit_everything_is_new(tmp_path: Path) -> None:
    root = shop(repository(tmp_path / "shop"))
    git(root, "add", "-A")
    assert len(findings(root, "--staged", code=1)) == 3


def test_a_folder_below_the_configuration_is_judged_by_the_staged_configuration(tmp_path: Path) -> None:
    root = shop(repository(tmp_path / "shop"))
    commit(root)
    write(root, {"orders/new.py": "import psycopg\n" + WRITE})
    git(root, "add", "-A")
    assert findings(root, "orders", "--staged", code=0) == [] == findings(root, "orders", code=0)
    write(root, {"dblint.yaml": CONFIG.replace("path: billing,", "path: billing, owns: [invoices],")})
    git(root, "add", "-A")
    assert ("cross-service-write", "new.py", 5) in findings(root, "orders", "--staged", code=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--base", "origin/nowhere"), "git fetch"),
        (("--staged", "--base", "main"), "give one of them"),
        (("--base", "--staged"), "git fetch"),
    ],
)
def test_a_base_that_is_not_there_is_a_usage_error_with_its_cure(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    root = shop(repository(tmp_path / "shop"))
    commit(root)
    done = dblint(root, "check", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_outside_git_there_is_no_base(tmp_path: Path) -> None:
    done = dblint(shop(tmp_path), "check", "--staged")
    assert (done.returncode, "is not in a git repository" in done.stderr) == (2, True)
