"""The commands that answer questions about a tree: facts and who."""
# ruff: noqa: A002 - a parameter is called what its option is called

from pathlib import Path

from dblint.cli.analysing import analysed
from dblint.cli.configuring import configured
from dblint.cli.errors import CannotRun, Exit
from dblint.cli.output import colour, emit, write_files
from dblint.cli.verdict import exit_code, unaccepted
from dblint.graph import Coupling
from dblint.report import FACTS, WHO, View
from dblint.report import column as who_column
from dblint.report.view import problems


def facts(
    path: Path, config: Path | None, format: str, output: tuple[tuple[str, Path], ...], *, allow_incomplete: bool, color: str
) -> Exit:
    """Print what was established about a tree; the exit code says whether all of it could be read."""
    configuration = configured(path, config)
    analysis = analysed(path, configuration)
    tree, system = analysis.tree, analysis.system
    write_files([(file, FACTS[name](tree, system, View())) for name, file in output])
    emit(FACTS[format](tree, system, View(colour=colour(color))))
    unread = () if allow_incomplete else unaccepted(problems(tree, system), configuration)
    return exit_code((), "never", incomplete=bool(unread))


def who(table: str, path: Path, config: Path | None, format: str, color: str) -> None:
    """Print who owns and who uses every table of that name.

    Raises:
        CannotRun: if there is none, with the names that are similar.
    """
    configuration = configured(path, config)
    system = analysed(path, configuration).system
    coupling = Coupling(system)
    found = coupling.find(table)
    named = tuple(one for one in found if coupling.is_named(one, table))
    if not named and (columns := who_column.named(coupling, table)):
        emit(who_column.WHO_COLUMN[format](coupling, columns, configuration.deprecated, View(colour=colour(color))))
        return
    if not named:
        similar = ", ".join(dict.fromkeys(map(str, found)))
        remedy = f"did you mean {similar}?" if similar else "`dblint facts` lists all tables"
        raise CannotRun(f"no service uses or declares a table called '{table}'", remedy)
    emit(WHO[format](system, named, View(colour=colour(color))))
