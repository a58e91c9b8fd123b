"""`dblint baseline update` and `prune`."""

from pathlib import Path

from dblint import gate
from dblint.baseline import FOLDER, Baseline, BaselineError, pruned, rendered, updated
from dblint.cli.analysing import analysed
from dblint.cli.configuring import configured
from dblint.cli.errors import CannotRun, Exit
from dblint.cli.output import emit, say, write_file
from dblint.cli.scene import damaged
from dblint.report.coverage import count
from dblint.report.escape import show


def update(path: Path, config: Path | None) -> Exit:
    """Accept everything that is found; exit code 1 where something was not accepted because a service is strict.

    Raises:
        CannotRun: if the present baseline is damaged, which is left as it is.
    """
    judged = _judged(path, config)
    analysis = judged.analysis
    strict = frozenset(service.name for service in analysis.configuration.services if service.strict)
    became, refused = updated(
        judged.baseline, judged.applied, gate.coverage(analysis), strict=strict, exempt=gate.exempt(analysis)
    )
    _write(path, judged.baseline, became)
    for finding in refused:
        who = finding.service if finding.service in strict else finding.owner
        say(f"dblint: not accepted, since {show(who or '')} is strict: {show(str(finding.place))} {show(finding.rule)}")
    return Exit.FINDINGS if refused else Exit.CLEAN


def prune(path: Path, config: Path | None) -> None:
    """Drop what is solved.

    Raises:
        CannotRun: if the present baseline is damaged, which is left as it is.
    """
    judged = _judged(path, config)
    _write(path, judged.baseline, pruned(judged.baseline, judged.applied, gate.coverage(judged.analysis)))


def _judged(path: Path, config: Path | None) -> gate.Judged:
    configuration = configured(path, config)
    if configuration.prefix:
        above = "/".join([".."] * configuration.prefix.count("/"))
        raise CannotRun(
            "a baseline belongs to the whole system, not to a part of it", f"give the folder of dblint.yaml: {above}"
        )
    analysis = analysed(path, configuration)
    try:
        return gate.judged(path, analysis)
    except BaselineError as error:
        raise damaged(error) from None


def _write(path: Path, was: Baseline, became: Baseline) -> None:
    """Write the files that differ, delete those that are not needed any more, and say what was done."""
    files = rendered(became)
    folder = path / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            file = folder / name
            if not file.is_file() or file.read_bytes() != text.encode():
                write_file(file, text.encode())
                emit(f"wrote {FOLDER}/{name}\n")
        for name in was.files:
            if name not in files:
                (folder / name).unlink()
                emit(f"deleted {FOLDER}/{name}\n")
    except OSError as error:
        raise CannotRun(f"the baseline was not written: {error.strerror}", f"check the permissions of {FOLDER}") from None
    before, after = (sum(entry.count for entry in one.entries) for one in (was, became))
    emit(f"{count(after, 'finding')} accepted ({before:,} before)\n")
