"""No password that stands in a tree leaves it, by any way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.connections.canaries import CANARY, SECRETS
from tests.connections.trees import connections, plant, service, settings
from tests.fixtures.runs import ROOT, dblint


@pytest.mark.parametrize("files", SECRETS.values(), ids=SECRETS)
def test_no_password_enters_a_setting_or_a_problem(files: dict[str, str], tmp_path: Path) -> None:
    tree, found = settings(tmp_path, service("orders", "billing") | files)
    links = connections(tmp_path, {})
    assert CANARY.encode() not in msgspec.json.encode(
        (found.settings, found.hosts, found.problems, found.mounts, links, tree.problems)
    )


FORMATS = {
    "check": ("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson", "markdown", "azure"),
    "report": ("markdown", "json", "csv", "html"),
    "facts": ("text", "json"),
    "graph": ("mermaid", "dot", "d2", "graphml", "json", "svg"),
}


TWINS = {"docker-compose.yml": "docker-compose.apps.yml", "k8s/orders.yaml": "k8s/billing.yaml"}


def twins(files: dict[str, str]) -> dict[str, str]:
    """The same files for another service, so that there are findings to print, with the lines they are about."""
    found = {TWINS.get(path, path.replace("orders", "billing")): text for path, text in files.items()}
    return {path: text.replace("orders", "billing") for path, text in found.items() if path not in files}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All forms side by side, each for two services, and code that fails to parse beside them."""
    root = tmp_path_factory.mktemp("canaries")
    for name, files in SECRETS.items():
        plant(root / name.replace(" ", "-").replace(",", ""), service("orders", "billing") | files | twins(files))
    return root


def told(found: subprocess.CompletedProcess[str]) -> str:
    return "\n".join(line for line in (found.stdout + found.stderr).splitlines() if CANARY in line)


@pytest.mark.parametrize("command", FORMATS)
def test_no_password_is_printed_in_any_format(command: str, planted: Path) -> None:
    for form in FORMATS[command]:
        run = dblint(command, planted, "--format", form)
        assert run.stdout, run.stderr
        assert told(run) == "", form


def test_what_is_printed_are_findings_about_the_databases(planted: Path) -> None:
    """Else the other tests would prove nothing."""
    found = json.loads(dblint("check", planted, "--format", "json").stdout)["findings"]
    folders = {each["path"].partition("/")[0] for each in found if each["id"] in ("DBL301", "DBL302", "DBL303")}
    assert len(folders) > len(SECRETS) / 2


@pytest.mark.parametrize("words", [(), ("-v",), ("-vv",), ("-q",), ("--stats",)])
def test_no_password_is_printed_at_any_verbosity(words: tuple[str, ...], planted: Path) -> None:
    assert told(dblint("check", planted, *words)) == ""


@pytest.mark.parametrize(
    "words",
    [
        ("who", "orders"),
        ("who", "billing"),
        ("query", "select * from connections"),
        ("query", "select * from accesses"),
        ("diff",),
        ("config", "show"),
        ("baseline", "update"),
    ],
    ids=" ".join,
)
def test_no_command_prints_a_password(words: tuple[str, ...], planted: Path) -> None:
    root = str(planted)
    place = {"who": (root,), "query": (root,)}.get(words[0], (root,))
    assert told(dblint(*words, *place)) == ""


def test_no_password_stays_in_the_cache_or_in_what_is_written(planted: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "DBLINT_CACHE_DIR": str(tmp_path)}
    for words in (("check",), ("check",), ("init", "--yes")):
        command = [sys.executable, "-P", "-m", "dblint", words[0], str(planted), *words[1:]]
        run = subprocess.run(command, capture_output=True, check=False, cwd=ROOT, env=environment)
        assert CANARY.encode() not in run.stdout + run.stderr
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    written = [path for path in planted.iterdir() if path.is_file()]
    assert written
    assert [path for path in (*kept, *written) if CANARY.encode() in path.read_bytes()] == []


CRASH = """
import sys
import {module} as module

def broken(*arguments, **options):
    try:
        raise ValueError({message})
    except ValueError as error:
        raise RuntimeError("postgres://u:" + {secret!r} + "@db/shop") from error

module.{function} = broken
from dblint.cli import main
sys.argv = ["dblint", "check", {root!r}, "--jobs", "1", "--no-cache"]
sys.exit(main())
"""


@pytest.mark.parametrize(
    "seam",
    [
        "dblint.connections.compose.workloads",
        "dblint.connections.application.read",
        "dblint.connections.identity.parse",
        "dblint.resolve.assembly.connected",
        "dblint.resolve.assembly.Databases",
        "dblint.judge.checks.connection._holding",
    ],
)
def test_a_crash_report_holds_no_password(seam: str, tmp_path: Path) -> None:
    """Not even the one for debugging, which holds messages."""
    for name in ("compose url", "spring", "appsettings", "python", "links"):
        plant(tmp_path / name, service("orders", "billing") | SECRETS[name] | twins(SECRETS[name]))
    module, _, function = seam.rpartition(".")
    for debug, message in (({}, repr(CANARY)), ({"DBLINT_DEBUG": "1"}, "repr(arguments)")):
        program = CRASH.format(module=module, function=function, secret=CANARY, message=message, root=str(tmp_path))
        run = subprocess.run(
            [sys.executable, "-P", "-c", program],
            capture_output=True, encoding="utf-8", check=False, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)} | debug,
        )  # fmt: skip
        assert (run.returncode, "internal error" in run.stderr) == (2, True), run.stderr
        assert told(run) == ""
