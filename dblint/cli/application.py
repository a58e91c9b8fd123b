"""The commands and their options; what a command does is imported only when it runs, so that `--help` is immediate."""
# ruff: noqa: PLC0415 - see above

from pathlib import Path
from typing import Any

import click

from dblint import __version__
from dblint.cli import options
from dblint.cli.simulating import simulate

CHECK_FORMATS = (
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "rdjson",
    "markdown",
    "azure",
)
FACTS_FORMATS = ("text", "json")
DIFF_FORMATS = ("markdown", "json")
RULE_FORMATS = ("text", "json", "markdown")
GRAPH_FORMATS = ("mermaid", "dot", "d2", "graphml", "json", "svg", "png")
REPORT_FORMATS = ("markdown", "json", "csv", "html")
FAIL_LEVELS = ("error", "warning", "note", "never")

EXIT_CODES = """\b
Exit codes:
  0  everything was analysed and nothing was found
  1  there are findings at or above --fail-level
  2  dblint could not do its job
  3  nothing was found, but there are files that could not be analysed
"""


@click.group(
    invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "DBLINT"}
)
@click.version_option(__version__, prog_name="dblint")
@click.pass_context
def application(ctx: click.Context) -> None:
    """Find shared-database coupling between services: who owns which table, who else touches it, whom a change breaks."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@application.command(epilog=EXIT_CODES)
@options.path_argument
@options.config_option
@options.engine_options
@options.format_option(CHECK_FORMATS)
@options.output_option(CHECK_FORMATS)
@click.option(
    "--fail-level",
    type=options.Choice(FAIL_LEVELS),
    help="Exit 1 if a finding is at least this severe.  [default: `fail-level` in dblint.yaml, else error]",
)
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found; exit 2 stays.")
@options.allow_incomplete_option
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    shell_complete=options.rule_words,
    help="Report only these rules: names, ids or beginnings such as DBL1.",
)
@click.option("--ignore", multiple=True, metavar="RULE", shell_complete=options.rule_words, help="Do not report these rules.")
@click.option("--no-suppressions", is_flag=True, help="Also report what comments and allowances suppress.")
@click.option("-q", "--quiet", is_flag=True, help="No notes and no progress.")
@click.option("-v", "--verbose", is_flag=True, help="Say why each service was detected, and give all evidence.")
@options.color_option
@click.option("--statistics", is_flag=True, help="Count the findings by rule.")
@click.option("--staged", is_flag=True, help="Judge what is staged, and report only what is new in front of HEAD: for hooks.")
@click.option(
    "--base", default="", metavar="REF", help="Report only what is new since this branch left REF, in whichever file it shows."
)
@click.option(
    "--since",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Report only what is new since DIR, another copy of the tree: where there is no git.",
)
@click.option(
    "--consumers",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FACTS",
    help="Name the services of another repository, too, that a schema change breaks: its `dblint facts --format json`.",
)
@click.option("--no-baseline", is_flag=True, help="Also report what the baseline accepts.")
@click.pass_context
def check(ctx: click.Context, /, **given: Any) -> None:
    """Find shared-database coupling between the services in PATH."""
    from dblint.cli.check import CheckOptions
    from dblint.cli.check import check as run

    if sum(map(bool, (given["staged"], given["base"], given["since"]))) > 1:
        raise click.UsageError("--staged compares with HEAD, --base with a branch, --since with a folder: give one of them")
    if given["consumers"] and not (given["staged"] or given["base"] or given["since"]):
        raise click.UsageError(
            "--consumers is about schema changes, which there are only in front of --base, --staged or --since"
        )
    ctx.exit(run(CheckOptions(**given), ctx.obj or ()))


@application.command()
@options.path_argument
@options.config_option
@options.engine_options
@options.format_option(FACTS_FORMATS)
@options.output_option(FACTS_FORMATS)
@options.allow_incomplete_option
@options.color_option
@click.pass_context
def facts(ctx: click.Context, /, **given: Any) -> None:
    """Print the services, tables, owners and accesses in PATH.

    The JSON (dblint-facts/1) is the exchange format between repositories.
    """
    from dblint.cli import answers

    ctx.exit(answers.facts(**given))


@application.command()
@click.argument("name")
@options.path_argument
@options.config_option
@options.engine_options
@options.format_option(FACTS_FORMATS)
@options.color_option
def who(**given: Any) -> None:
    """Say who owns the table NAME and why, and which services read, write, join or reference it.

    NAME may be qualified (billing.invoices); its case does not matter. Every table of that name is listed. With a column
    (invoices.total) only the uses of that column are. NAME may also be a service, or a team that CODEOWNERS or Backstage's
    catalogue names: what it owns, what it uses, who uses it, and what keeps it from a database of its own.
    """
    from dblint.cli import answers

    answers.who(**given)


@application.command()
@options.path_argument
@options.config_option
@options.engine_options
@options.format_option(REPORT_FORMATS)
@options.file_option
@click.option(
    "--compare",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="OLD.json",
    help="Show the trend since this report, written earlier with --format json.",
)
def report(**given: Any) -> None:
    """Write the ownership report of PATH: who owns what, who reaches into whom, and what would have to move."""
    from dblint.cli.report import report as run

    run(**given)


@application.command()
@options.path_argument
@options.config_option
@options.engine_options
@options.format_option(GRAPH_FORMATS)
@options.file_option
@click.option("--focus", multiple=True, metavar="NAME", help="Only what is near this service or table.")
@click.option("--depth", type=click.IntRange(0, 100), default=1, show_default=True, help="How far from --focus, in services.")
@click.option("--only-violations", is_flag=True, help="Only what findings are about, also those in the baseline.")
@click.option(
    "--level",
    type=options.Choice(("auto", "table", "service")),
    default="auto",
    show_default=True,
    help="What the edges lead to; auto draws services alone where Mermaid would get more than 50 edges.",
)
def graph(**given: Any) -> None:
    """Draw which services use whose tables.

    Tables that only their owner uses are counted at the owner. SVG and PNG need Graphviz.
    """
    from dblint.cli.graph import graph as run

    run(**given)


application.add_command(simulate)


@application.command()
@options.path_argument
@click.option("--yes", is_flag=True, help="Take every proposal without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would be written.")
@click.option("--baseline/--no-baseline", default=None, help="Whether to accept the findings of today.")
@click.option("--hook/--no-hook", default=None, help="Whether to add the hook for pre-commit.")
@click.option("--ci", type=options.Choice(("github", "gitlab", "none")), help="Which CI job to write.")
@options.engine_options
def init(**given: Any) -> None:
    """Set dblint up in PATH: configuration, baseline, hook and CI job, each from what is there.

    Run again, it adds what is missing and changes no line that is there.
    """
    from dblint.cli.init import InitOptions
    from dblint.cli.init import init as run

    run(InitOptions(**given))


@application.command()
@options.path_argument
@options.config_option
@click.option(
    "--suppress",
    multiple=True,
    metavar="RULE|FINGERPRINT",
    shell_complete=options.rule_words,
    help="Suppress these findings by comments instead.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why: goes into every comment that --suppress writes.")
@click.option("--diff", is_flag=True, help="Only show what would change.")
@options.engine_options
@click.pass_context
def fix(ctx: click.Context, /, **given: Any) -> None:
    """Remove suppressing comments in PATH that suppress nothing any more; no other byte changes."""
    from dblint.cli.fix import fix as run

    ctx.exit(run(**given))


@application.group()
def baseline() -> None:
    """Accept the findings of today, so that only new ones count."""


@baseline.command("update")
@options.path_argument
@options.config_option
@options.engine_options
@click.pass_context
def baseline_update(ctx: click.Context, path: Path, config: Path | None) -> None:
    """Accept everything that is found in PATH today and drop what is solved.

    Exit code 1 says that findings by or against a `strict` service were not accepted.
    """
    from dblint.cli import baseline

    ctx.exit(baseline.update(path, config))


@baseline.command("prune")
@options.path_argument
@options.config_option
@options.engine_options
def baseline_prune(path: Path, config: Path | None) -> None:
    """Drop what is solved from the baseline of PATH, and accept nothing new."""
    from dblint.cli import baseline

    baseline.prune(path, config)


@application.command()
@options.path_argument
@click.option("--base", required=True, metavar="REF", help="Compare with the commit at which this branch left REF.")
@options.config_option
@options.format_option(DIFF_FORMATS)
def diff(**given: Any) -> None:
    """Say what a branch changes in tables, owners, accesses and coupling."""
    from dblint.cli import diff as difference

    difference.diff(**given)


@application.command()
@click.argument("rule", required=False, shell_complete=options.rule_words)
@click.option("--finding", metavar="FINGERPRINT", help="Explain one finding of the tree, with the plan of its way out.")
@click.option("--path", type=click.Path(path_type=Path), default=Path(), help="The tree of the finding.", show_default=".")
@options.config_option
@options.format_option(RULE_FORMATS)
@options.color_option
def explain(rule: str | None, finding: str | None, path: Path, **given: Any) -> None:
    """Explain RULE, given by its name or id: what it finds, why it matters, what to do instead."""
    if finding is not None and rule is None:
        from dblint.cli import answers

        answers.finding(finding, path, **given)
    elif rule is not None and finding is None:
        from dblint.cli import reference

        reference.explain(rule, **given)
    else:
        raise click.UsageError("give a rule, or --finding with a fingerprint")


@application.group(invoke_without_command=True)
@options.config_option
@options.format_option(FACTS_FORMATS)
@options.color_option
@click.pass_context
def rules(ctx: click.Context, /, **given: Any) -> None:
    """List all rules, with those of the project in the current folder."""
    if ctx.invoked_subcommand is None:
        from dblint.cli import reference

        reference.rules(**given)


@rules.command("test")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@click.pass_context
def rules_test(ctx: click.Context, folder: Path | None) -> None:
    """Run the bad and good examples of the rules in FOLDER, or of all rules of the project in the current folder."""
    from dblint.cli.trial import test

    ctx.exit(test(folder))


@application.command()
@click.argument("sql", metavar="SELECT")
@options.path_argument
@options.config_option
@options.engine_options
@options.format_option(("text", "json", "csv"))
def query(**given: Any) -> None:
    """Ask the facts about PATH a question in SQL; docs/reference/facts-tables.md lists the tables.

    Queries only read, and are stopped after ten seconds.
    """
    from dblint.cli.query import query as run

    run(**given)


@application.command()
def clean() -> None:
    """Remove what earlier runs kept in the cache folder."""
    from dblint.cli.engine import clean as run

    run()


@application.group()
def config() -> None:
    """Look at the configuration."""


@config.command("schema")
def config_schema() -> None:
    """Print the JSON Schema of dblint.yaml, for editors."""
    from dblint.cli import reference

    reference.config_schema()


@config.command("validate")
@options.path_argument
@options.config_option
def config_validate(path: Path, config: Path | None) -> None:
    """Report every mistake in the configuration of PATH and in its rules."""
    from dblint.cli import reference

    reference.config_validate(path, config)


@config.command("show")
@options.path_argument
@options.config_option
def config_show(path: Path, config: Path | None) -> None:
    """Print the effective configuration of PATH as YAML, without user names and passwords."""
    from dblint.cli import reference

    reference.config_show(path, config)
