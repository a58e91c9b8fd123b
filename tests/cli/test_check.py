"""What `dblint check` makes of its options."""

import errno
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from dblint.cli import analysing
from dblint.cli.application import application
from dblint.cli.output import write_file
from dblint.config import Configuration
from dblint.model.findings import Finding
from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.pipeline import Analysis
from tests.report.factory import FINDINGS, FOREIGN_READ, system, tree

CLEAN = {"problems": ()}


class Shop:
    """Runs the command line on a made-up analysis."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self._monkeypatch = monkeypatch

    def run(
        self, *arguments: str, findings: tuple[Finding, ...] = FINDINGS, tree: Tree | None = None, **others: object
    ) -> Result:
        """The result of a command on the root."""
        made = self._tree(**CLEAN) if tree is None else tree
        analysed_system = others.get("system") or system(**CLEAN)
        assert isinstance(analysed_system, System)

        def analyse(_root: Path, configuration: Configuration, *, progress: object = None, **_: object) -> Analysis:
            del progress
            return Analysis(made, analysed_system, findings, (), configuration)

        self._monkeypatch.setattr(analysing, "analyse", analyse)
        return CliRunner().invoke(application, [*arguments[:1], str(self.root), *arguments[1:]])

    @staticmethod
    def _tree(**others: object) -> Tree:
        return tree(**others)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    (tmp_path / "shop").mkdir()
    return Shop(tmp_path / "shop", monkeypatch)


WARNING = replace(FOREIGN_READ, severity="warning")
NOTE = replace(FOREIGN_READ, severity="note")


@pytest.mark.parametrize(
    ("findings", "arguments", "code"),
    [
        ((), (), 0),
        ((FOREIGN_READ,), (), 1),
        ((WARNING,), (), 0),
        ((WARNING,), ("--fail-level", "warning"), 1),
        ((NOTE,), ("--fail-level", "warning"), 0),
        ((NOTE,), ("--fail-level", "note"), 1),
        ((FOREIGN_READ,), ("--fail-level", "never"), 0),
        ((FOREIGN_READ,), ("--exit-zero",), 0),
        ((replace(FOREIGN_READ, suppressed="reason"),), (), 0),
        ((replace(FOREIGN_READ, suppressed="reason"),), ("--no-suppressions",), 1),
        ((replace(FOREIGN_READ, baselined=True),), (), 0),
    ],
)
def test_the_exit_code_says_whether_findings_reach_the_gate(
    shop: Shop, findings: tuple[Finding, ...], arguments: tuple[str, ...], code: int
) -> None:
    assert shop.run("check", *arguments, findings=findings).exit_code == code


@pytest.mark.parametrize(
    ("findings", "arguments", "code"),
    [
        ((), (), 3),
        ((WARNING,), (), 3),
        ((FOREIGN_READ,), (), 1),
        ((), ("--allow-incomplete",), 0),
        ((), ("--exit-zero",), 0),
    ],
)
def test_an_unread_file_is_no_clean_result(
    shop: Shop, findings: tuple[Finding, ...], arguments: tuple[str, ...], code: int
) -> None:
    result = shop.run("check", *arguments, findings=findings, tree=tree())
    assert result.exit_code == code
    assert "orders/huge.sql: too-large" in result.stdout


def test_an_unread_file_that_the_configuration_accepts_is_listed_and_passes(shop: Shop) -> None:
    accept = "version: 1\naccept:\n  - {path: orders/huge.sql, reason: a dump}\n"
    (shop.root / "dblint.yaml").write_text(accept)
    result = shop.run("check", findings=(), tree=tree())
    assert result.exit_code == 0, result.output
    assert "orders/huge.sql: too-large" in result.stdout


def test_the_configuration_sets_the_gate_and_the_option_overrules_it(shop: Shop) -> None:
    (shop.root / "dblint.yaml").write_text("version: 1\nfail-level: warning\n")
    assert shop.run("check", findings=(WARNING,)).exit_code == 1
    assert shop.run("check", "--fail-level", "error", findings=(WARNING,)).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--select", "cross-service-read"), {"DBL101"}),
        (("--select", "dbl101,DBL301"), {"DBL101", "DBL301"}),
        (("--select", "DBL1"), {"DBL101", "DBL102"}),
        (("--select", "DBL1", "--ignore", "Cross-Service-Read"), {"DBL102"}),
        (("--ignore", "DBL"), set()),
        ((), {"DBL101", "DBL102", "DBL301", "DBL501"}),
    ],
)
def test_rules_are_selected_by_name_id_or_beginning(shop: Shop, arguments: tuple[str, ...], expected: set[str]) -> None:
    result = shop.run("check", "--format", "json", *arguments)
    assert {finding["id"] for finding in json.loads(result.stdout)["findings"]} == expected


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--select", "cross-servce-read"), "did you mean 'cross-service-read'?"),
        (("--ignore", "DBL1O1"), "did you mean 'DBL1"),
        (("--select", "zzzzzz"), "`dblint rules` lists them"),
        (("--select", ""), "no rule is called ''"),
        (("--format", "jsom"), "did you mean 'json'?"),
        (("--fail-level", "warn"), "did you mean 'warning'?"),
        (("--output", "jsn=x.json"), "did you mean 'json'?"),
        (("--output", "x.json"), "is not FORMAT=PATH"),
        (("--formatt", "json"), "--format"),
        (("--config", "nowhere.yaml"), "does not exist"),
    ],
)
def test_a_misspelt_argument_is_answered_with_what_was_meant(shop: Shop, arguments: tuple[str, ...], hint: str) -> None:
    result = shop.run("check", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert hint in " ".join(result.stderr.split())


def test_several_reports_come_from_one_analysis(shop: Shop, tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.txt"
    result = shop.run("check", "--color", "always", "-o", f"json={first}", "-o", f"concise={second}")
    assert result.exit_code == 1
    assert json.loads(first.read_text())["schema"] == "dblint-findings/1"
    assert "\x1b" not in second.read_text()
    assert "orders/app.py:8:9: cross-service-read (DBL101) error" in second.read_text()
    assert "\x1b" in result.stdout


def test_a_report_that_cannot_be_written_outweighs_findings_and_the_others_are_written(shop: Shop, tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    result = shop.run("check", "-o", f"json={tmp_path / 'no' / 'folder.json'}", "-o", f"json={good}")
    assert result.exit_code == 2
    assert "the report was not written to" in result.stderr
    assert "No such file or directory" in result.stderr
    assert good.is_file()


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    # Not /dev/full: run as root, a regression would replace the machine's own device.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, b"report")
    assert os.read(reading, 100) == b"report"
    os.close(reading)
    assert pipe.is_fifo()


def test_a_report_replaces_the_old_one_whole_and_leaves_nothing_beside_it(shop: Shop, tmp_path: Path) -> None:
    target = tmp_path / "reports" / "dblint.json"
    target.parent.mkdir()
    target.write_text("old" * 100_000)
    shop.run("check", "-o", f"json={target}")
    assert json.loads(target.read_text())["schema"] == "dblint-findings/1"
    assert [path.name for path in target.parent.iterdir()] == ["dblint.json"]
    mask = os.umask(0)
    os.umask(mask)
    assert target.stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_path_that_is_not_there_is_an_error(shop: Shop) -> None:
    shop.root = shop.root / "nowhere"
    result = shop.run("check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no '" in result.stderr


def test_a_file_is_not_a_system(shop: Shop) -> None:
    shop.root = shop.root / "app.py"
    shop.root.write_text("")
    assert "is not a folder" in shop.run("check").stderr


@pytest.mark.parametrize("command", ["check", "facts"])
def test_nothing_to_analyse_is_not_a_clean_result(shop: Shop, command: str) -> None:
    nothing = system(**CLEAN | {"connections": ()})
    result = shop.run(command, tree=tree(files=(), problems=()), findings=(), system=nothing)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is nothing to analyse in" in result.stderr
    assert "seen but not read: 1 C# file, 12 Java files" in result.stderr


@pytest.mark.parametrize("command", ["check", "facts"])
def test_no_service_is_not_a_clean_result(shop: Shop, command: str) -> None:
    result = shop.run(command, tree=tree(services=(), problems=()), findings=())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no service was found" in result.stderr


def test_every_mistake_in_the_configuration_is_told_with_its_place(shop: Shop) -> None:
    (shop.root / "dblint.yaml").write_text("version: 1\nservicess: []\nfail-level: often\n")
    result = shop.run("check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "dblint.yaml:2:1" in result.stderr
    assert "did you mean 'services'" in result.stderr
    assert "dblint.yaml:3:" in result.stderr


def test_a_rule_that_the_configuration_misspells_is_told(shop: Shop) -> None:
    (shop.root / "dblint.yaml").write_text("version: 1\nrules: {cross-service-reed: off}\n")
    result = shop.run("check")
    assert result.exit_code == 2
    assert "did you mean 'cross-service-read'?" in result.stderr


def test_an_option_can_come_from_the_environment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBLINT_CHECK_FORMAT", "json")
    assert json.loads(shop.run("check").stdout)["schema"] == "dblint-findings/1"


def test_facts_are_complete_or_say_that_they_are_not(shop: Shop) -> None:
    assert shop.run("facts", "--format", "json").exit_code == 0
    result = shop.run("facts", "--format", "json", tree=tree())
    assert result.exit_code == 3
    assert json.loads(result.stdout)["schema"] == "dblint-facts/1"
    assert shop.run("facts", "--allow-incomplete", tree=tree()).exit_code == 0


def test_whoever_reads_the_old_report_reads_it_to_its_end(tmp_path: Path) -> None:
    target = tmp_path / "dblint.json"
    target.write_text("old")
    with target.open() as reader:
        write_file(target, b"new")
        assert (reader.read(), target.read_text()) == ("old", "new")


def test_a_full_disk_leaves_the_old_report_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    target = tmp_path / "dblint.json"
    target.write_text("old")
    with pytest.raises(OSError, match="full"):
        write_file(target, b"new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
