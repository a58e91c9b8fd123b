"""What a change of dblint does to real projects: `python -m tests.benchmarks.ecosystem [--old DBLINT] [--new DBLINT] TREE…`.

Runs one or two versions of dblint on each checkout, without cache and with zero configuration unless the checkout has one, and
prints a Markdown table of files, statements, findings and time, then every finding that came or went. DBLINT is the program
of an installation; without `--old` there is nothing to compare with. Ends with 1 if findings differ.
"""
# ruff: noqa: T201 - a script that prints

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

Key = tuple[str, str, str, str, int]


class Outcome(NamedTuple):
    """What one version says of one tree; `failure` is how it ended where it gave no report."""

    findings: dict[Key, str]
    coverage: dict[str, Any]
    seconds: float
    failure: str = ""

    @property
    def files(self) -> str:
        """Files read of those that may hold database access."""
        return self.failure or f"{self.coverage['files_read']} / {self.coverage['files_seen']}"

    @property
    def statements(self) -> str:
        """SQL statements whose tables are known, of all."""
        return "" if self.failure else f"{self.coverage['statements_resolved']} / {self.coverage['statements_found']}"


def outcome(program: Sequence[str], tree: Path, limit: float) -> Outcome:
    """What a version of dblint says of a tree."""
    command = [*program, "check", str(tree), "--format", "json", "--exit-zero", "--no-cache", "--allow-incomplete", "-q"]
    start = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return Outcome({}, {}, limit, f"no answer in {limit:g} s")
    seconds = time.perf_counter() - start
    try:
        document = json.loads(done.stdout)
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["nothing"])[0]
        return Outcome({}, {}, seconds, f"exit {done.returncode}: {reason}")
    findings: dict[Key, str] = {}
    for one in document["findings"]:
        key = (one["path"], one["rule"], one["service"], one["table"], one["line"])
        findings[key] = f"{one['path']}:{one['line']} {one['severity']} {one['rule']}: {one['message']}"
    return Outcome(findings, document["coverage"], seconds)


def difference(old: Outcome, new: Outcome) -> list[str]:
    """The findings that went and came; one whose severity or wording changed is both."""
    gone = sorted(set(old.findings.values()) - set(new.findings.values()))
    come = sorted(set(new.findings.values()) - set(old.findings.values()))
    return [*(f"- {text}" for text in gone), *(f"+ {text}" for text in come)]


def compare(trees: Sequence[Path], old: Sequence[str], new: Sequence[str], limit: float) -> bool:
    """Print everything; whether any finding differs."""
    print("| tree | files read | statements resolved | findings | seconds |")
    print("|---|---|---|---|---|")
    differences: dict[str, list[str]] = {}
    for tree in trees:
        now = outcome(new, tree, limit)
        before = outcome(old, tree, limit) if old else now
        pairs = (
            (before.files, now.files),
            (before.statements, now.statements),
            (str(len(before.findings)), str(len(now.findings))),
            (f"{before.seconds:.1f}", f"{now.seconds:.1f}"),
        )
        cells = (one if one == other else f"{one} → {other}" for one, other in pairs)
        print(f"| {tree.name} | {' | '.join(cells)} |", flush=True)
        if changed := difference(before, now):
            differences[tree.name] = changed
    for name, lines in differences.items():
        print(f"\n## {name}\n\n```diff", *lines, "```", sep="\n")
    return bool(differences)


def main() -> int:
    """Compare what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="+", type=Path, metavar="TREE")
    parser.add_argument("--old", metavar="DBLINT", help="the program of the version to compare with")
    parser.add_argument("--new", metavar="DBLINT", help="the program of the version under test; by default this checkout")
    parser.add_argument("--limit", type=float, default=600, help="seconds for one run")
    given = parser.parse_args()
    new = [given.new] if given.new else [sys.executable, "-m", "dblint"]
    return int(compare(given.trees, [given.old] if given.old else [], new, given.limit))


if __name__ == "__main__":
    sys.exit(main())
