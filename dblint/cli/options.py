"""The options that several commands share."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def path_argument(command: Command) -> Command:
    """The folder to analyse."""
    return click.argument("path", type=click.Path(path_type=Path), default=".")(command)


def config_option(command: Command) -> Command:
    """The configuration file."""
    kind = click.Path(path_type=Path, exists=True, dir_okay=False)
    text = "Use this file instead of the dblint.yaml in PATH or above it."
    return click.option("--config", type=kind, metavar="FILE", help=text)(command)


def format_option(formats: Sequence[str]) -> Callable[[Command], Command]:
    """The format of what goes to the standard output; the first one is the default."""
    return click.option("-f", "--format", "format", type=Choice(formats), default=formats[0], show_default=True)


def output_option(formats: Sequence[str]) -> Callable[[Command], Command]:
    """Further reports to files, from the same analysis."""
    text = "Also write a report to a file, such as json=dblint.json; may be given several times."

    def parsed(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, Path], ...]:
        return tuple(_output(value, Choice(formats), param, ctx) for value in values)

    return click.option("-o", "--output", metavar="FORMAT=PATH", multiple=True, help=text, callback=parsed)


def file_option(command: Command) -> Command:
    """The file to write to instead of the standard output."""
    kind = click.Path(path_type=Path, dir_okay=False)
    return click.option("-o", "--output", type=kind, metavar="FILE", help="Write to this file.  [default: standard output]")(
        command
    )


def allow_incomplete_option(command: Command) -> Command:
    """Whether unread files make the run fail."""
    text = "Exit 0 instead of 3 where files could not be analysed; they are listed all the same."
    return click.option("--allow-incomplete", is_flag=True, help=text)(command)


def color_option(command: Command) -> Command:
    """When to colour; NO_COLOR and FORCE_COLOR are obeyed."""
    return click.option("--color", type=Choice(("auto", "always", "never")), default="auto", show_default=True)(command)


def engine_options(command: Command) -> Command:
    """How the run uses the machine; kept in the context, where `dblint.cli.engine` finds them."""

    def keep(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        ctx.meta[f"dblint.{param.name}"] = value
        return value

    jobs = click.option(
        "-j",
        "--jobs",
        type=click.IntRange(1, 256),
        envvar="DBLINT_JOBS",
        metavar="N",
        expose_value=False,
        callback=keep,
        help="Read files in N processes.  [default: one per processor]",
    )
    cache = click.option(
        "--no-cache",
        is_flag=True,
        envvar="DBLINT_NO_CACHE",
        expose_value=False,
        callback=keep,
        help="Neither use nor keep answers of earlier runs (DBLINT_CACHE_DIR says where they are).",
    )
    timings = click.option(
        "--timings",
        is_flag=True,
        envvar="DBLINT_TIMINGS",
        expose_value=False,
        callback=_timed,
        help="Say on the standard error what took how long.",
    )
    return jobs(cache(timings(command)))


def rule_words(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The names and ids of rules that a shell proposes; none where the configuration has mistakes."""
    del ctx, param
    from dblint.cli.configuring import configured, rules_for  # noqa: PLC0415 - only the shell asks
    from dblint.cli.errors import CannotRun  # noqa: PLC0415 - as above

    here = Path()
    try:
        rules = rules_for(here, configured(here, None))
    except CannotRun:
        return []
    words = (word for rule in rules for word in (rule.name, rule.id))
    return [word for word in words if word.casefold().startswith(incomplete.casefold())]


def _timed(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Start a stopwatch, and say what it shows when the command ends."""
    del param
    if not value:
        return
    from dblint.engine.stopwatch import Stopwatch  # noqa: PLC0415 - few runs want it
    from dblint.report.timings import render  # noqa: PLC0415 - as above

    watch = ctx.meta["dblint.stopwatch"] = Stopwatch()
    ctx.call_on_close(lambda: click.echo(render(watch), err=True, nl=False))


class Choice(click.Choice[str]):
    """One of a few words; a misspelt one is answered with the one that was probably meant."""

    def __init__(self, choices: Iterable[str]) -> None:
        super().__init__(list(choices))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word; fails with a suggestion."""
        if value in self.choices:
            return str(value)
        return self.fail(
            f"'{value}' is not one of {', '.join(self.choices)}{did_you_mean(str(value), self.choices)}", param, ctx
        )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'x'?)` where a known word is similar, else nothing."""
    import difflib  # noqa: PLC0415 - only a mistake needs it

    folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(word.casefold(), folded, n=1)
    return f" (did you mean '{folded[close[0]]}'?)" if close else ""


def _output(value: str, formats: Choice, param: click.Parameter, ctx: click.Context) -> tuple[str, Path]:
    format_, equals, path = value.partition("=")
    if not equals or not path:
        raise click.BadParameter(f"'{value}' is not FORMAT=PATH, such as json=dblint.json", ctx, param)
    return formats.convert(format_, param, ctx), Path(path)
