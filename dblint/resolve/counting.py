"""How much of the tree was understood, in numbers that add up."""

from collections.abc import Iterable, Sequence

from dblint.model.facts import Change, Coverage, FileFacts, Interpretation, Problem
from dblint.model.tree import Tree

_PARTLY = frozenset({"syntax-error", "broken-lines", "partly-parsed", "sql-error", "broken-history"})
"""Reasons after which the rest of the file was read all the same."""


def problems(tree: Tree, scripts: Iterable[FileFacts], more: Iterable[Problem]) -> tuple[Problem, ...]:
    """All problems once, sorted by place."""
    found = {*tree.problems, *more, *(problem for facts in scripts for problem in facts.problems)}
    return tuple(sorted(found, key=lambda each: (each.path, each.line, each.reason, each.detail)))


def is_unread(change: Change) -> bool:
    """Whether a change is a step of a migration that could not be looked into."""
    return change.event.kind == "opaque" and change.tool != "runtime" and bool(change.event.object)


def coverage(
    tree: Tree,
    interpretation: Interpretation,
    scripts: Sequence[FileFacts],
    changes: Iterable[Change],
    unmatched: int,
    found: Iterable[Problem],
) -> Coverage:
    """Files and statements by what became of them.

    `unmatched` counts the statements of code that name a table which fits nothing known. Every file seen is read, partly
    read, declared out or a problem; every statement found is resolved, dynamic or opaque.
    """
    sources = {file.path for file in tree.files if file.role == "source"}
    by_path: dict[str, set[str]] = {}
    for problem in found:
        if problem.path in sources:
            by_path.setdefault(problem.path, set()).add(problem.reason)
    partly = sum(reasons <= _PARTLY for reasons in by_path.values())
    unsupported = sum(count for _, count in tree.unsupported)
    statuses = [statement.status for facts in scripts for statement in facts.script]
    opaque = sum(status in ("opaque", "error") for status in statuses)
    opaque += sum(not each.reason.startswith("dynamic") for each in interpretation.unresolved)
    unread = sum(map(is_unread, changes))
    dynamic = (
        unmatched + statuses.count("dynamic") + sum(each.reason.startswith("dynamic") for each in interpretation.unresolved)
    )
    total = len(statuses) + len(interpretation.statements) + len(interpretation.unresolved) + unread
    opaque += unread
    return Coverage(
        files_seen=len(tree.files) + unsupported,
        files_read=len(sources) - len(by_path),
        files_partly_read=partly,
        declared_out=len(tree.files) - len(sources) + unsupported,
        statements_found=total,
        statements_resolved=total - dynamic - opaque,
        dynamic=dynamic,
        opaque=opaque,
    )
