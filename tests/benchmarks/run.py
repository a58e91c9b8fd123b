"""Measures dblint on given trees and on made-up ones: `python -m tests.benchmarks.run [--repeat N] TREE…`.

Every line is the median of its runs. `ratio` compares with the line's yardstick, run in turn with it so that both meet the same
noise. Processor time is shown beside wall time, since it hardly depends on what else the machine does.
"""
# ruff: noqa: T201 - a script that prints

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.memory import peak
from tests.benchmarks.trees import build

ROOT = Path(__file__).parents[2]
IMPORT_SQLGLOT = (sys.executable, "-c", "import sqlglot")
BARE_CLICK = (sys.executable, "-c", "import click; click.command()(lambda: None)(['--help'])")
LIBCST = """
import pathlib, sys, libcst
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    try:
        libcst.parse_module(path.read_bytes())
    except Exception:
        pass
"""
# Three rules that find what dblint starts from: SQL in strings, models, and calls of sessions.
SEMGREP_RULES = """
rules:
  - {id: sql, languages: [python], severity: INFO, message: sql,
     pattern-regex: '(?i)["\\x27]\\s*(select\\s.+\\sfrom|insert\\s+into|update\\s.+\\sset|delete\\s+from)\\s'}
  - {id: model, languages: [python], severity: INFO, message: model,
     patterns: [{pattern-either: [{pattern: '__tablename__ = "..."'}, {pattern: 'class $C(models.Model): ...'}]}]}
  - {id: session, languages: [python], severity: INFO, message: session,
     pattern-either: [{pattern: '$S.query(...)'}, {pattern: '$C.objects.$M(...)'}, {pattern: '$S.execute(...)'}]}
"""


class Cost(NamedTuple):
    """What one run of a process took: seconds of wall and of processor time."""

    wall: float
    processor: float


def dblint(*arguments: str) -> tuple[str, ...]:
    """The command that runs dblint of this checkout."""
    return (sys.executable, "-m", "dblint", *arguments)


def measure(command: Sequence[str], environment: dict[str, str]) -> Cost:
    """Run a command to its end; whatever it says is thrown away."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def environment(cache: str) -> dict[str, str]:
    """The variables that a run of dblint gets: this checkout, and a cache of its own."""
    without = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTHONDONTWRITEBYTECODE")}
    return {**without, "PYTHONPATH": str(ROOT), "DBLINT_CACHE_DIR": cache}


def show(
    name: str,
    command: Sequence[str],
    yardstick: Sequence[str],
    repeat: int,
    cache: str,
    before: Callable[[], None] = lambda: None,
) -> None:
    """Print what a command costs and its ratio to a yardstick; `before` prepares each run."""
    variables = environment(cache)
    ours, theirs = [], []
    for _ in range(repeat):
        before()
        ours.append(measure(command, variables))
        if yardstick:
            theirs.append(measure(yardstick, variables))
    wall, processor = (statistics.median(values) for values in zip(*ours, strict=True))
    ratio = ""
    if theirs:
        other_wall, other = (statistics.median(values) for values in zip(*theirs, strict=True))
        ratio = f"{wall / other_wall:8.2f} {processor / other:8.2f}"
    print(f"{name:44} {wall:8.2f} {processor:8.2f} {ratio}", flush=True)


def show_memory(name: str, command: Sequence[str], yardstick: Sequence[str], cache: str) -> None:
    """Print what all processes of a command hold at their peak, and the ratio to that of a yardstick."""
    ours = peak(command, environment(cache))
    theirs = peak(yardstick, environment(cache)) if yardstick else 0
    print(f"{name:44} {ours / 2**20:8.0f} MiB {f'{ours / theirs:17.2f}' if theirs else ''}", flush=True)


def on_tree(tree: Path, repeat: int, peers: Sequence[str]) -> None:
    """Measure cold and warm runs on a copy of a tree, which is made a git repository."""
    with tempfile.TemporaryDirectory() as folder:
        copy, cache = Path(folder, tree.name), str(Path(folder, "cache"))
        shutil.copytree(tree, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        _git(copy, "init", "-q")
        _git(copy, "add", "-A")
        _git(copy, "commit", "-q", "-m", "first")
        check = ("check", str(copy), "-q", "--exit-zero", "--allow-incomplete")
        cold = dblint(*check, "--no-cache")
        one = (*cold, "--jobs", "1")
        if "libcst" in peers:
            cst = (sys.executable, "-c", LIBCST, str(copy))
            show(f"{tree.name}: cold, 1 process / libcst", one, cst, 1, cache)
        if "semgrep" in peers:
            rules = Path(folder, "rules.yaml")
            rules.write_text(SEMGREP_RULES)
            options = ("--metrics=off", "--disable-version-check", "--quiet", "--no-git-ignore", "--config", str(rules))
            semgrep = ("semgrep", "scan", *options, str(copy))
            (copy / ".semgrepignore").touch()  # without one of its own, semgrep leaves tests out
            show(f"{tree.name}: cold / semgrep, 3 rules", cold, semgrep, 1, cache)
            show_memory(f"{tree.name}: cold, peak memory / semgrep", cold, semgrep, cache)
        if "sqlfluff" in peers:
            scripts = Path(folder, "scripts")
            _only_sql(copy, scripts)
            fluff = ("sqlfluff", "lint", "--processes", "1", "--dialect", "ansi", str(scripts))
            ours = dblint("check", str(scripts), "-q", "--exit-zero", "--allow-incomplete", "--no-cache", "--jobs", "1")
            show(f"{tree.name}: .sql files / sqlfluff lint", ours, fluff, 1, cache)
        show(f"{tree.name}: cold, 2 processes / 1", (*cold, "--jobs", "2"), one, repeat, cache)
        on_commits(tree.name, copy, check, repeat, cache)


def on_commits(name: str, copy: Path, check: Sequence[str], repeat: int, cache: str) -> None:
    """Measure runs of which most is remembered, on the work tree and as a hook has them."""
    source = max(copy.rglob("*.py"), key=lambda path: path.stat().st_size < 50_000 and path.stat().st_size)
    count = iter(range(1 << 30))

    def append(text: str) -> Callable[[], None]:
        def change() -> None:
            with source.open("a") as file:
                file.write(text.format(next(count)))
            _git(copy, "add", "-A")

        return change

    for kind, command in (("check", dblint(*check)), ("hook", dblint(*check, "--staged"))):
        measure(command, environment(cache))
        time.sleep(2.1)  # files written just now may change unseen, and nothing is kept of them
        measure(command, environment(cache))
        show(f"{name}: {kind}, nothing changed / import sqlglot", command, IMPORT_SQLGLOT, repeat, cache)
        changes = {"one file changed": "# {}\n", "with new SQL": "\nSQL_{0} = 'SELECT id FROM made_up_{0}'\n"}
        for change, text in changes.items():
            show(f"{name}: {kind}, {change} / import sqlglot", command, IMPORT_SQLGLOT, repeat, cache, append(text))


def _git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=dblint", "-c", "user.email=dblint@localhost")
    subprocess.run(("git", *who, *words), cwd=root, check=True, capture_output=True)


def _only_sql(tree: Path, folder: Path) -> None:
    """Copy the SQL files of a tree, each into a service of one."""
    for number, file in enumerate(sorted(tree.rglob("*.sql"))):
        target = folder / "services" / "shop" / f"{number}_{file.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    (folder / "services" / "shop" / "Dockerfile").write_text("FROM scratch\n")


def main() -> None:
    """Measure everything that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="*", type=Path, metavar="TREE")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--services", type=int, nargs="*", default=[100, 400, 1600])
    peers = ("libcst", "semgrep", "sqlfluff")
    parser.add_argument("--peer", action="append", default=[], choices=peers, help="compare cold runs with it, in minutes")
    given = parser.parse_args()
    print(f"{'':44} {'wall s':>8} {'cpu s':>8} {'wall x':>8} {'cpu x':>8}")
    with tempfile.TemporaryDirectory() as cache:
        show("dblint --help / bare click program", dblint("--help"), BARE_CLICK, given.repeat * 3, cache)
    for tree in given.trees:
        on_tree(tree, given.repeat, given.peer)
    for services in given.services:
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder, f"{services} services")
            build(tree, services)
            reports = (f"{format_}={Path(folder, f'report.{format_}')}" for format_ in ("json", "sarif", "markdown"))
            written = (word for report in reports for word in ("--output", report))
            check = dblint("check", str(tree), "-q", "--exit-zero", "--no-cache", "--jobs", "1", *written)
            show(f"{services} made-up services, cold, 4 reports", check, (), min(given.repeat, 3), folder)
            show_memory(f"{services} made-up services, peak memory", check, (), folder)


if __name__ == "__main__":
    main()
