"""How much of the tree was understood, in numbers that add up."""

import posixpath
from collections.abc import Iterable, Sequence

from dblint.migrations import INCLUDED
from dblint.model.coverage import Coverage
from dblint.model.facts import Change, FileFacts, Interpretation, Problem
from dblint.model.tree import Tree
from dblint.resolve import evidence

_ALTERING = ("column.", "table.drop", "table.rename", "table.set_schema", "view.drop")
_PARTLY = frozenset({"syntax-error", "broken-lines", "partly-parsed", "sql-error", "broken-history"})
"""Reasons after which the rest of the file was read all the same."""


def problems(tree: Tree, scripts: Iterable[FileFacts], more: Iterable[Problem]) -> tuple[Problem, ...]:
    """All problems once, sorted by place."""
    found = {*tree.problems, *more, *(problem for facts in scripts for problem in facts.problems)}
    return tuple(sorted(found, key=lambda each: (each.path, each.line, each.reason, each.detail)))


def unread(changes: Iterable[Change], interpretation: Interpretation, scripts: Sequence[FileFacts]) -> tuple[Change, ...]:
    """The steps of migrations that could not be looked into, or change tables that only run time knows.

    Those that are told as a statement of the same line are not among them, nor is a script that is run and that is here.
    """
    here = {facts.path for facts in scripts}
    told = {(each.place.path, each.place.line) for each in interpretation.unresolved}
    told |= {(place.path, place.line) for facts in scripts for _, place in evidence.places(facts)}
    return tuple(
        change
        for change in changes
        if change.tool != "runtime"
        and (_is_opaque(change, here) or (_is_anywhere(change) and (change.place.path, change.place.line) not in told))
    )


def _is_opaque(change: Change, here: Iterable[str]) -> bool:
    what = change.event.object
    if change.event.kind != "opaque" or not what:
        return False
    name = posixpath.normpath(what.removeprefix(INCLUDED)).lstrip("./")
    return not what.startswith(INCLUDED) or not any(f"/{path}".endswith(f"/{name}") for path in here)


def _is_anywhere(change: Change) -> bool:
    """Whether a change takes something away from a table, or alters it, whose name is not known at all."""
    kind = change.event.kind
    return change.event.table.name == "*" and kind.startswith(_ALTERING)


def coverage(
    tree: Tree,
    interpretation: Interpretation,
    scripts: Sequence[FileFacts],
    unread: int,
    unmatched: int,
    found: Iterable[Problem],
) -> Coverage:
    """Files and statements by what became of them.

    `unread` counts the steps of migrations that could not be looked into, `unmatched` the statements of code that name a
    table which fits nothing known. Every file seen is read, partly read, declared out or a problem; every statement found is
    resolved, dynamic or opaque.
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
