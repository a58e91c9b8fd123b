"""Measures dblint on given trees and on made-up ones: `python -m tests.benchmarks.run [--repeat N] TREE…`.

Every line is the median of its runs. `ratio` compares with the line's yardstick, run in turn with it so that both meet the same
noise. Processor time is shown beside wall time, since it hardly depends on what else the machine does.
"""
# ruff: noqa: T201 - a script that prints

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

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


class Cost(NamedTuple):
    """What one run of a process took: seconds of wall and of processor time, and the peak memory of its largest process."""

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


def show(
    name: str,
    command: Sequence[str],
    yardstick: Sequence[str],
    repeat: int,
    cache: str,
    before: Callable[[], None] = lambda: None,
) -> None:
    """Print what a command costs and its ratio to a yardstick; `before` prepares each run."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DBLINT_CACHE_DIR": cache}
    ours, theirs = [], []
    for _ in range(repeat):
        before()
        ours.append(measure(command, environment))
        if yardstick:
            theirs.append(measure(yardstick, environment))
    wall, processor = (statistics.median(values) for values in zip(*ours, strict=True))
    ratio = ""
    if theirs:
        other_wall, other = (statistics.median(values) for values in zip(*theirs, strict=True))
        ratio = f"{wall / other_wall:8.2f} {processor / other:8.2f}"
    print(f"{name:44} {wall:8.2f} {processor:8.2f} {ratio}", flush=True)


def on_tree(tree: Path, repeat: int, libcst: bool) -> None:
    """Measure cold, warm and nearly warm runs on a tree, which is given back as it was."""
    changed = max(tree.rglob("*.py"), key=lambda path: path.stat().st_size < 50_000 and path.stat().st_size)
    original = changed.read_bytes()
    check = ("check", str(tree), "-q", "--exit-zero", "--allow-incomplete")
    cst = (sys.executable, "-c", LIBCST, str(tree)) if libcst else ()
    try:
        with tempfile.TemporaryDirectory() as cache:
            show(f"{tree.name}: cold, 1 process / libcst", dblint(*check, "--no-cache", "--jobs", "1"), cst, 1, cache)
            one = dblint(*check, "--no-cache", "--jobs", "1")
            show(f"{tree.name}: cold, 2 processes / 1", dblint(*check, "--no-cache", "--jobs", "2"), one, repeat, cache)
            measure(dblint(*check), {**os.environ, "PYTHONPATH": str(ROOT), "DBLINT_CACHE_DIR": cache})
            show(f"{tree.name}: nothing changed / import sqlglot", dblint(*check), IMPORT_SQLGLOT, repeat, cache)
            count = iter(range(1 << 30))
            show(
                f"{tree.name}: one changed file / import sqlglot",
                dblint(*check),
                IMPORT_SQLGLOT,
                repeat,
                cache,
                lambda: _write(changed, original + b"\nX = %d\n" % next(count)),
            )
    finally:
        changed.write_bytes(original)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def main() -> None:
    """Measure everything that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="*", type=Path, metavar="TREE")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--services", type=int, nargs="*", default=[100, 400, 1600])
    parser.add_argument("--libcst", action="store_true", help="compare with libcst.parse_module over the same tree, in minutes")
    given = parser.parse_args()
    print(f"{'':44} {'wall s':>8} {'cpu s':>8} {'wall x':>8} {'cpu x':>8}")
    with tempfile.TemporaryDirectory() as cache:
        show("dblint --help / bare click program", dblint("--help"), BARE_CLICK, given.repeat * 3, cache)
    for tree in given.trees:
        on_tree(tree, given.repeat, given.libcst)
    for services in given.services:
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder, f"{services} services")
            build(tree, services)
            check = dblint("check", str(tree), "-q", "--exit-zero", "--no-cache", "--jobs", "1")
            show(f"{services} made-up services, cold", check, (), min(given.repeat, 3), folder)


if __name__ == "__main__":
    main()
