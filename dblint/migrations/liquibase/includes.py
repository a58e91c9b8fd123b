"""What the master changelog includes: the changes of many files as the one history that they are."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from dblint.migrations.file import natural, sort_key
from dblint.migrations.liquibase.changes import INCLUDE
from dblint.model.facts import Change
from dblint.model.place import in_common

_PREFIX = re.compile(r"\A(?:classpath\*?:|file:|filesystem:)?/*(?:\./)*")


def included(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes with every file of Liquibase in the place where it is included, each once; others stay as they are.

    A path is meant from the file that includes it, or from a folder that only the build knows: then the nearest file whose
    path ends so.
    """
    files: dict[str, list[Change]] = {}
    everything = tuple(changes)
    if all(change.event.kind != INCLUDE for change in everything):
        return everything
    for change in everything:
        if change.revision is None and change.model is None:
            files.setdefault(change.place.path, []).append(change)
    logs = [path for path, said in files.items() if said[0].tool == "liquibase"]
    targets = {path: tuple(_targets(path, files[path], files)) for path in logs}
    told = {target for pairs in targets.values() for kind, found in pairs for target in found if kind != "rollback"}
    revoked = {target for pairs in targets.values() for kind, found in pairs for target in found if kind == "rollback"} - told
    roots = {path for path in logs if path not in told}
    order: dict[str, tuple[int, str]] = {}
    spelled: list[Change] = []
    # Files that include one another in a circle have no root; each is one where it was not reached.
    for root in sorted(logs, key=lambda path: (path not in roots, sort_key(natural(path)))):
        if root in order:
            continue
        for position, change in enumerate(_spelled(root, files, targets, order)):
            spelled.append(replace(change, tool="liquibase", history=root, order=(position,)))
    placed = {*order, *revoked}
    rest = [change for change in everything if change.place.path not in placed and change.event.kind != INCLUDE]
    return (*spelled, *rest)


def _spelled(
    root: str,
    files: Mapping[str, Sequence[Change]],
    targets: Mapping[str, Sequence[tuple[str, tuple[str, ...]]]],
    seen: dict[str, tuple[int, str]],
) -> Iterator[Change]:
    """The changes of a file and of those that it includes, in the order in which they happen."""
    seen[root] = (len(seen), root)
    waiting = [iter(_with_targets(files[root], targets.get(root, ())))]
    while waiting:
        step = next(waiting[-1], None)
        if step is None:
            waiting.pop()
        elif isinstance(step, Change):
            yield step
        elif step not in seen:
            seen[step] = (len(seen), root)
            waiting.append(iter(_with_targets(files[step], targets.get(step, ()))))


def _with_targets(said: Iterable[Change], targets: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[Change | str]:
    """The changes of one file, with the paths of the files that are included between them."""
    left = iter(targets)
    for change in said:
        if change.event.kind != INCLUDE:
            yield change
            continue
        kind, found = next(left)
        if kind != "rollback":
            yield from found


def _targets(path: str, said: Iterable[Change], files: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """For each include of a file what is meant: `all`, `file`, `sql` or `rollback`, and the files."""
    for change in said:
        if change.event.kind == INCLUDE:
            kind, *_ = change.event.flags
            meant = _folder if kind == "all" else _file
            yield kind, meant(change.event.object, path, files)


def _file(wanted: str, path: str, files: Mapping[str, object]) -> tuple[str, ...]:
    cleaned = _PREFIX.sub("", wanted.replace("\\", "/"))
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted.replace("\\", "/")))
    if beside in files and beside != path:
        return (beside,)
    plain = posixpath.normpath(cleaned)
    found = [each for each in files if each != path and (each == plain or each.endswith(f"/{plain}"))]
    return (max(found, key=lambda each: in_common(each, path)),) if found else ()


def _folder(wanted: str, path: str, files: Mapping[str, object]) -> tuple[str, ...]:
    cleaned = posixpath.normpath(_PREFIX.sub("", wanted.replace("\\", "/")) or ".")
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted.replace("\\", "/")))
    inside = {each for each in files if each != path and each.startswith(f"{beside}/")}
    if not inside:
        folders = {posixpath.dirname(each) for each in files}
        above = {folder for each in folders for folder in _chain(each) if folder == cleaned or folder.endswith(f"/{cleaned}")}
        nearest = max(sorted(above), key=lambda folder: in_common(folder, path), default=None)
        inside = {each for each in files if nearest is not None and each != path and each.startswith(f"{nearest}/")}
    return tuple(sorted(inside))


def _chain(folder: str) -> Iterator[str]:
    """A folder and those above it."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
