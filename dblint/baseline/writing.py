"""A baseline as files: sorted, so that equal baselines are equal bytes and two branches seldom conflict."""

import re
from collections import defaultdict
from collections.abc import Iterable

from dblint.baseline.model import Baseline, Entry

_HEADER = """\
# {what}
# dblint says nothing about these, and everything about what comes on top. Written by `dblint baseline update`;
# `dblint baseline prune` drops what has been solved. Review it like code: less is better.
"""
_COVERAGE = "_coverage.yaml"
_UNOWNED = "_unowned.yaml"


def rendered(baseline: Baseline) -> dict[str, str]:
    """The files of a baseline by name: one for each owner, for tables without one, and for what is not understood."""
    by_owner: defaultdict[str | None, list[Entry]] = defaultdict(list)
    for entry in baseline.entries:
        by_owner[entry.owner].append(entry)
    found: dict[str, str] = {}
    for owner in sorted(by_owner, key=lambda name: (name is None, name)):
        found[_file_name(owner, found)] = _owned(owner, by_owner[owner])
    if baseline.unresolved or baseline.unread:
        found[_COVERAGE] = _coverage(baseline)
    return found


def _owned(owner: str | None, entries: Iterable[Entry]) -> str:
    groups: defaultdict[tuple[str, str, str, str], dict[str, int]] = defaultdict(dict)
    for entry in entries:
        rule, service, table, mode, path = entry.key
        files = groups[rule, service, table, mode]
        files[path] = files.get(path, 0) + entry.count
    document: dict[str, object] = {
        "version": 1,
        "owner": owner,
        "accepted": [
            {"rule": rule, "service": service, "table": table, "mode": mode, "files": dict(sorted(files.items()))}
            for (rule, service, table, mode), files in sorted(groups.items())
        ],
    }
    about = f"tables that the service '{_quiet(owner)}' owns" if owner is not None else "tables that no service owns"
    return _yaml(f"Accepted findings about {about}.", document)


def _coverage(baseline: Baseline) -> str:
    document: dict[str, object] = {"version": 1}
    if baseline.unresolved:
        document["unresolved"] = dict(sorted(baseline.unresolved))
    if baseline.unread:
        document["not-analysed"] = dict(sorted(baseline.unread))
    return _yaml(
        "What dblint could not understand: database calls without a known table, files that were not analysed.", document
    )


def _yaml(what: str, document: dict[str, object]) -> str:
    import yaml  # noqa: PLC0415 - imported only where a baseline is written

    body = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1_000_000)
    return _HEADER.format(what=what) + str(body)


def _file_name(owner: str | None, taken: Iterable[str]) -> str:
    """The owner's name where it can be a file name everywhere; any other character stands as `%` and its code."""
    if owner is None:
        return _UNOWNED
    # The files of dblint itself begin with `_`.
    name = re.sub(r"[^\w.-]|^[._-]", _coded, owner, flags=re.ASCII)
    if f"{name}.yaml".casefold() in {other.casefold() for other in taken}:
        name = re.sub(r"[A-Za-z]", _coded, name, count=1)  # on many systems Orders.yaml and orders.yaml are one file
    return f"{name or '%'}.yaml"


def _coded(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02x}"


def _quiet(name: str | None) -> str:
    """A name that cannot end the comment it stands in."""
    return "".join(character if character.isprintable() else "?" for character in name or "")
