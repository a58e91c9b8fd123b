"""`dblint check`: analyse, judge, report, and decide on the exit code."""

from collections.abc import Set
from pathlib import Path

from msgspec.structs import replace

from dblint import catalogue
from dblint.cli.configuring import configured, rules_for
from dblint.cli.engine import stage
from dblint.cli.errors import Exit
from dblint.cli.output import colour, emit, say, write_files
from dblint.cli.replaying import Recording, recorded
from dblint.cli.scene import Scene, scene
from dblint.cli.verdict import exit_code, named_rules, unaccepted
from dblint.engine.replay import Outcome
from dblint.judge import Rule
from dblint.model.base import Fact
from dblint.report import CHECK, Report, View
from dblint.report.coverage import count
from dblint.report.sources import Sources


class CheckOptions(Fact, frozen=True):
    """The options of `dblint check`, as the command line names them."""

    path: Path
    config: Path | None
    format: str
    output: tuple[tuple[str, Path], ...]
    fail_level: str | None
    exit_zero: bool
    allow_incomplete: bool
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    no_suppressions: bool
    quiet: bool
    verbose: bool
    color: str
    statistics: bool
    staged: bool = False
    base: str = ""
    since: Path | None = None
    consumers: tuple[Path, ...] = ()
    no_baseline: bool = False


def check(options: CheckOptions, arguments: tuple[str, ...] = ()) -> Exit:
    """The exit code, after all reports are written; `arguments` are the options as they were given."""
    path = options.path
    recording = _recording(options, arguments)
    rules = rules_for(path, configured(path, options.config), examples=False)
    selected = named_rules(options.select, rules, "--select") or {rule.id for rule in rules}
    wanted = selected - named_rules(options.ignore, rules, "--ignore")
    with scene(
        path,
        options.config,
        staged=options.staged,
        base=options.base,
        since=options.since,
        consumers=options.consumers,
        baseline=not options.no_baseline,
        quiet=options.quiet,
    ) as judged:
        outcome = _reported(options, judged, rules, wanted)
        configuration = judged.analysis.configuration
    emit(outcome.out)
    for line in outcome.err.splitlines():
        say(line)
    if recording is not None:
        recording.keep(configuration, outcome)
    return Exit(outcome.code)


def _recording(options: CheckOptions, arguments: tuple[str, ...]) -> Recording | None:
    """What keeps the outcome of this run, unless it writes files or looks at more than one tree."""
    if not arguments or options.output or options.base or options.since or options.consumers:
        return None
    return recorded(arguments, options.path, options.config, staged=options.staged)


def _reported(options: CheckOptions, judged: Scene, rules: tuple[Rule, ...], wanted: Set[str]) -> Outcome:
    """What there is to say on what was judged, after the reports that go to files are written."""
    path, analysis = judged.root, judged.analysis
    configuration = analysis.configuration
    chosen = (finding for finding in analysis.findings if finding.id in wanted)
    findings = catalogue.named(chosen, catalogue.read(path, analysis.tree))
    if options.no_suppressions:
        findings = tuple(replace(finding, suppressed="") for finding in findings)
    report = Report(analysis.tree, analysis.system, findings, rules)
    view = View(
        sources=Sources(path, frozenset(analysis.tree.configuration_files)),
        colour=colour(options.color),
        verbose=options.verbose,
        quiet=options.quiet,
        statistics=options.statistics,
    )
    with stage("write"):
        write_files([(file, CHECK[name](report, replace(view, colour=False))) for name, file in options.output])
        text = CHECK[options.format](report, view)
    said: list[str] = []
    if options.verbose and not (options.base or options.staged or options.since):
        missing = "without --base, --staged or --since no schema change counts as pending"
        said.append(f"dblint: {missing}, so breaking-schema-change finds nothing")

    unread = () if options.allow_incomplete else unaccepted(judged.unread, configuration)
    grown = () if options.allow_incomplete else judged.grown
    code = exit_code(report.open_findings, options.fail_level or configuration.fail_level, incomplete=bool(unread or grown))
    if code is Exit.INCOMPLETE and grown:
        for service, accepted, found in grown:
            where = service or "files of no service"
            said.append(
                f"dblint: {where}: {count(found, 'database call')} without a known table, and the baseline accepts {accepted}"
            )
        said.append("help: the unresolved-access notes say where; `dblint baseline update` accepts them")
    if code is Exit.INCOMPLETE and unread:
        files = count(len({problem.path for problem in unread}), "file")
        said.append(f"dblint: {files} could not be analysed, so that this is not a clean result")
        said.append("help: --allow-incomplete accepts this; `accept` in dblint.yaml does for one file, with a reason")
    return Outcome(text, "".join(f"{line}\n" for line in said), Exit.CLEAN if options.exit_zero else code)
