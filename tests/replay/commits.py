"""Replays the last commits that touch migrations, each in front of its parent: `python -m tests.replay.commits --help`.

What `dblint check --base` would have said on each of them goes to a file, one JSON document on a line, to be read by people: a
finding is right if the place it names really uses what the commit changes. The repository itself is left as it is.
"""
# ruff: noqa: T201 - a script that prints

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from dblint.cli.scene import scene
from dblint.discover.kinds import language
from dblint.extract.file import extract
from dblint.languages import Vocabulary
from dblint.model.changes import PendingChange
from dblint.model.facts import Change
from dblint.model.findings import Finding

RULE = "breaking-schema-change"


def git(folder: Path, *arguments: str, given: str = "") -> str:
    """What git prints; raises if it fails."""
    words = ("git", *arguments)
    return subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True, input=given).stdout.strip()


def commits(repository: Path, paths: Sequence[str], last: int, until: str) -> list[str]:
    """The last commits that touch migrations, the newest first; merges repeat what their branches did."""
    # No detection of renames, which would want the contents of every file.
    found = git(repository, "log", "--no-merges", "--no-renames", f"-n{last}", "--format=%H", until, "--", *paths)
    return found.split()


def says_something(work: Path, commit: str) -> bool:
    """Whether a commit changes what any migration says, other than by new tables, which nobody uses yet.

    Layout, comments, imports and the way back do not count.
    """
    changed = git(work, "diff-tree", "-r", "--no-commit-id", "--no-renames", "--name-only", f"{commit}^", commit).splitlines()
    for path in changed:
        before, after = _changes(work, f"{commit}^", path), _changes(work, commit, path)
        created = {one.event.table for one in after if one.event.kind == "table.create"}
        if _said(before) != _said(after) and (before or any(one.event.table not in created for one in after)):
            return True
    return False


def _changes(work: Path, commit: str, path: str) -> list[Change]:
    """What a file of a commit says as a migration."""
    form = language(path) or ("liquibase" if path.endswith((".xml", ".yaml", ".yml", ".json")) else "")
    shown = subprocess.run(("git", "show", f"{commit}:{path}"), cwd=work, check=False, capture_output=True)
    if not form or shown.returncode:
        return []
    found = extract(path, form, shown.stdout, Vocabulary(frozenset()), lambda _: ()).changes
    return [one for one in found if one.revision is None and not one.event.kind.startswith("data.")]


def _said(changes: Iterable[Change]) -> list[str]:
    """The same, wherever in the file it is said."""
    return sorted(f"{one.changeset} {one.model} {replace(one.event, offset=0, foreign_keys=())}" for one in changes)


def whole(work: Path, commit: str, *parents: str) -> str:
    """A commit without the files whose content the clone lacks, as it may the largest; itself where it has them all."""
    paths = {line.split()[2]: line.partition("\t")[2] for line in git(work, "ls-tree", "-r", commit).splitlines()}
    told = git(work, "cat-file", "--batch-check", given="\n".join(paths))
    missing = [paths[line.split()[0]] for line in told.splitlines() if line.endswith(" missing")]
    if not missing and not parents:
        return commit
    git(work, "read-tree", commit)
    git(work, "update-index", "--force-remove", "--stdin", given="\n".join(missing))
    words = [word for parent in parents for word in ("-p", parent)]
    return git(
        work,
        "-c",
        "user.name=replay",
        "-c",
        "user.email=replay@invalid",
        "commit-tree",
        "-m",
        commit,
        *words,
        git(work, "write-tree"),
    )


def replay(work: Path, commit: str, config: Path | None) -> dict[str, Any]:
    """What a check of the commit says in front of its parent; one that changes no migration is not analysed."""
    about = {
        "commit": commit,
        "date": git(work, "log", "-1", "--format=%cs", commit),
        "subject": git(work, "log", "-1", "--format=%s", commit),
        "pending": [],
        "findings": [],
    }
    if not says_something(work, commit):
        return about
    parent = whole(work, f"{commit}^")
    there = commit if parent == f"{commit}^" else whole(work, commit, parent)
    git(work, "checkout", "-q", "--force", "--detach", there)
    git(work, "clean", "-fdqx")
    started = time.monotonic()
    with scene(work, config, base=parent, baseline=False, quiet=True) as judged:
        found = [finding for finding in judged.analysis.findings if finding.rule == RULE]
        return {
            **about,
            "seconds": round(time.monotonic() - started, 1),
            "pending": [_pending(change) for change in judged.analysis.system.pending],
            "problems": [f"{one.path}: {one.reason}" for one in judged.unread],
            "findings": [_finding(one) for one in found],
        }


def _pending(change: PendingChange) -> str:
    columns = change.event.names or tuple(column.name for column in change.event.columns)
    new = f" to {change.event.new_name.name}" if change.event.new_name else ""
    return f"{change.service}: {change.event.kind} {change.table.name} {', '.join(columns)}{new} ({change.place})"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "service": finding.service,
        "severity": finding.severity,
        "place": str(finding.place),
        "message": finding.message,
        "evidence": [f"{one.kind}: {one.message}" for one in finding.evidence],
        "remedy": finding.remedy,
    }


def _replayed(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="dblint-replay-") as folder:
        work = Path(folder) / (options.name or options.repository.resolve().name)
        git(Path(folder), "clone", "-q", "--shared", "--no-checkout", str(options.repository.resolve()), str(work))
        for commit in commits(work, options.paths, options.last, options.until):
            try:
                yield replay(work, commit, options.config)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong with one commit is a line of the table
                yield {"commit": commit, "failed": repr(error), "pending": [], "findings": []}


def main() -> None:
    """Replay, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path, help="a clone with its history, bare or not")
    parser.add_argument("paths", nargs="+", help="where the migrations are, as pathspecs of git")
    parser.add_argument("--last", type=int, default=100, help="how many commits (default: %(default)s)")
    parser.add_argument("--until", default="HEAD", help="the newest commit (default: %(default)s)")
    parser.add_argument("--config", type=Path, help="a dblint.yaml for all of them instead of each one's own")
    parser.add_argument("--name", default="", help="what the work tree is called, where its name names a service")
    parser.add_argument("--output", type=Path, required=True, help="the file of JSON lines to write")
    options = parser.parse_args()
    count = changing = findings = 0
    with options.output.open("w", encoding="utf-8") as output:
        for one in _replayed(options):
            output.write(json.dumps(one) + "\n")
            output.flush()
            count, changing, findings = count + 1, changing + bool(one["pending"]), findings + len(one["findings"])
            print(
                one["commit"][:9],
                one.get("date", ""),
                len(one["pending"]),
                len(one["findings"]),
                one.get("failed", ""),
                flush=True,
            )
    print(f"{count} commits, {changing} with pending changes, {findings} findings")


if __name__ == "__main__":
    main()
