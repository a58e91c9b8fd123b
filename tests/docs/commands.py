"""The page about the commands, made from the command line itself."""

from collections.abc import Iterator

import click

from dblint.cli.application import application

_HEAD = """\
# Commands

Made from `dblint --help` and its like. `-h` shows the same in the terminal. Every option can be given in the
environment, as the last column says; what stands on the command line wins.
"""


def page() -> str:
    """Every command with its arguments, options and variables."""
    root = click.Context(application, info_name="dblint", auto_envvar_prefix="DBLINT")
    return _HEAD + "".join(_section(command, context) for command, context in _commands(application, root))


def _commands(group: click.Group, above: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    for name, command in sorted(group.commands.items()):
        context = click.Context(command, parent=above, info_name=name)
        yield command, context
        if isinstance(command, click.Group):
            yield from _commands(command, context)


def _section(command: click.Command, context: click.Context) -> str:
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    help_ = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    text = f"\n## {context.command_path}\n\n```\n{usage}\n```\n\n{help_}\n"
    rows = [_row(option, context) for option in command.params if isinstance(option, click.Option)]
    if rows:
        lines = ["| option | does | variable |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
        text += "\n" + "\n".join(lines) + "\n"
    return text


def _row(option: click.Option, context: click.Context) -> tuple[str, str, str]:
    _, help_ = option.get_help_record(context) or ("", "")
    flags = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag else f" {_cell(option.make_metavar(context))}"
    variable = option.envvar or f"{context.auto_envvar_prefix}_{(option.name or '').upper()}"
    return flags + value, _cell(help_), f"`{variable}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("[", "\\[")
