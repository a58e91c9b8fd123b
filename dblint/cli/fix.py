"""`dblint fix`: suppressions that nothing needs go, reasoned ones for chosen findings come."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from dblint.cli.analysing import analysed
from dblint.cli.configuring import configured
from dblint.cli.errors import CannotRun, Exit
from dblint.cli.output import emit, say, write_file
from dblint.cli.verdict import named_rules
from dblint.discover.listing import location
from dblint.fix import Insertion, Removal, edited
from dblint.model.findings import Finding
from dblint.pipeline import Analysis
from dblint.report.coverage import count
from dblint.report.escape import show

# Flyway keeps a checksum of these; a comment in one that has run stops the next migration.
_SEALED = re.compile(r"(?:^|/)[VUR][\d._]*__[^/]*\.sql$")


def fix(path: Path, config: Path | None, suppress: tuple[str, ...], reason: str, *, diff: bool) -> Exit:
    """Rewrite files; exit code 1 where a finding could not be suppressed.

    Raises:
        CannotRun: if a finding is named that is not there, or suppressed without a reason.
    """
    if suppress and not reason.strip():
        raise CannotRun("a suppression needs its reason", '--reason "why this is right, and until when"')
    configuration = configured(path, config)
    analysis = analysed(path, configuration)
    if not suppress:
        _apply(path, analysis, _removals(analysis), {}, diff=diff)
        return Exit.CLEAN
    left = {finding.fingerprint: finding for finding in _chosen(analysis, suppress)}
    for attempt in range(3):
        by_file: defaultdict[str, list[Insertion]] = defaultdict(list)
        before: dict[str, bytes] = {}
        for finding in left.values():
            one = Insertion(finding.place.line, finding.rule, reason, attempt)
            if not _SEALED.search(finding.place.path) and one not in by_file[finding.place.path]:
                by_file[finding.place.path].append(one)
        for name in by_file:
            before[name] = location(path, name).read_bytes()
        _apply(path, analysis, {}, by_file, diff=diff)
        if diff:
            return Exit.CLEAN
        open_ = {one.fingerprint for one in analysed(path, configuration).findings if not one.suppressed}
        left = {print_: finding for print_, finding in left.items() if print_ in open_}
        if not left:
            return Exit.CLEAN
        _undo(path, analysis, before, by_file, left, attempt)
        analysis = analysed(path, configuration)
        left = {one.fingerprint: one for one in analysis.findings if one.fingerprint in left}
    for finding in left.values():
        say(f"dblint: not suppressed: {show(str(finding.place))} {show(finding.rule)}: no comment can stand there")
    say("help: an `allow` entry in dblint.yaml does the same with a reason and a last day; `dblint baseline update` accepts it")
    return Exit.FINDINGS


def _undo(
    path: Path,
    analysis: Analysis,
    before: Mapping[str, bytes],
    tried: Mapping[str, Iterable[Insertion]],
    left: Mapping[str, Finding],
    attempt: int,
) -> None:
    """Take out the comments that did not suppress anything, and put the others back in."""
    failed = {(finding.place.path, finding.place.line, finding.rule) for finding in left.values()}
    languages = {file.path: file.language for file in analysis.tree.files}
    for name, insertions in tried.items():
        kept = [replace(one, attempt=attempt) for one in insertions if (name, one.line, one.rule) not in failed]
        write_file(location(path, name), edited(before[name], languages.get(name, ""), (), kept))


def _chosen(analysis: Analysis, words: Iterable[str]) -> list[Finding]:
    """The open findings that the words name by rule or by fingerprint."""
    found: dict[int, Finding] = {}
    open_ = [finding for finding in analysis.findings if not finding.suppressed]
    for word in words:
        matching = [finding for finding in open_ if finding.fingerprint == word]
        if not matching:
            ids = named_rules((word,), analysis.rules, "--suppress")
            matching = [finding for finding in open_ if finding.id in ids]
        if not matching:
            raise CannotRun(
                f"there is no open finding of '{word}'", "`dblint check --format json` gives rules and fingerprints"
            )
        found |= {id(finding): finding for finding in matching}
    return list(found.values())


def _removals(analysis: Analysis) -> dict[str, list[Removal]]:
    """What goes from the suppressing comments of each file."""
    waivers = {rule.name for rule in analysis.rules if rule.check == "waiver"}
    found: defaultdict[str, list[Removal]] = defaultdict(list)
    for finding in analysis.findings:
        about = finding.shape.split()
        if finding.rule in waivers and about[:1] == ["unused"] and not finding.suppressed:
            found[finding.place.path].append(Removal(finding.place.line, tuple(about[1:])))
    return found


def _apply(
    path: Path,
    analysis: Analysis,
    removals: Mapping[str, Iterable[Removal]],
    insertions: Mapping[str, Iterable[Insertion]],
    *,
    diff: bool,
) -> None:
    languages = {file.path: file.language for file in analysis.tree.files}
    changed = 0
    for name in sorted({*removals, *insertions}):
        file = location(path, name)
        try:
            before = file.read_bytes()
            after = edited(before, languages.get(name, ""), tuple(removals.get(name, ())), tuple(insertions.get(name, ())))
            if after == before:
                continue
            changed += 1
            if diff:
                emit(_difference(name, before, after))
            else:
                write_file(file, after)
                emit(f"changed {show(name)}\n")
        except OSError as error:
            raise CannotRun(
                f"{name} was not changed: {error.strerror}", "check the permissions; other files may be changed"
            ) from None
    if not changed:
        emit("nothing to fix\n")
    elif diff:
        say(f"dblint: {count(changed, 'file')} would change; without --diff they do")


def _difference(name: str, before: bytes, after: bytes) -> str:
    old, new = (data.decode("utf-8", "backslashreplace").splitlines() for data in (before, after))
    return "".join(f"{show(line)}\n" for line in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm=""))
