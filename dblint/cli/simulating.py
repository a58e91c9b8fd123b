"""The commands of `dblint simulate`; what they do is imported only when they run."""
# ruff: noqa: PLC0415 - see above

from typing import Any

import click

from dblint.cli import options

FORMATS = ("text", "json")


@click.group()
def simulate() -> None:
    """Say which findings would vanish and which would appear if tables or services were cut another way.

    Nothing is changed. Code stays where it is: only whose the tables are, and to which service a file belongs, is another.
    """


@simulate.command("move")
@click.argument("table")
@options.path_argument
@click.option("--to", required=True, metavar="SERVICE", help="The service that would own it.")
@options.config_option
@options.engine_options
@options.format_option(FORMATS)
@options.color_option
def move(**given: Any) -> None:
    """Give TABLE another owner; its migrations and foreign keys go with it."""
    from dblint.cli.simulate import move as run

    run(**given)


@simulate.command("merge")
@click.argument("service")
@options.path_argument
@click.option("--with", "others", multiple=True, required=True, metavar="SERVICE", help="A service to merge with; repeatable.")
@click.option("--as", "name", metavar="NAME", help="What the merged service is called.  [default: SERVICE]")
@options.config_option
@options.engine_options
@options.format_option(FORMATS)
@options.color_option
def merge(**given: Any) -> None:
    """Make one service of SERVICE and others."""
    from dblint.cli.simulate import merge as run

    run(**given)


@simulate.command("split")
@click.argument("service")
@options.path_argument
@click.option(
    "--by",
    multiple=True,
    required=True,
    metavar="WAY|NAME=PATTERN",
    help="folder, schema, prefix (of table names), use (what is used together), or the files of a part; repeatable.",
)
@options.config_option
@options.engine_options
@options.format_option(FORMATS)
@options.color_option
def split(**given: Any) -> None:
    """Make several services of SERVICE.

    A table goes to the part that describes it, else to the one that writes it most; its migrations and foreign keys go with it.
    """
    from dblint.cli.simulate import split as run

    run(**given)


@simulate.command("suggest")
@options.path_argument
@click.option("--most", type=click.IntRange(1, 100), default=5, show_default=True, help="Try at most this many of each kind.")
@options.config_option
@options.engine_options
@options.format_option(FORMATS)
@options.color_option
def suggest(**given: Any) -> None:
    """Suggest better owners and boundaries, each with what it would end and begin.

    Computed from who uses what, and from nothing else: a reason to look, no verdict.
    """
    from dblint.cli.simulate import suggest as run

    run(**given)
