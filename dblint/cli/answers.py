"""The commands that answer questions about a tree: facts and who."""
# ruff: noqa: A002 - a parameter is called what its option is called

from pathlib import Path

from dblint import catalogue
from dblint.cli.analysing import analysed
from dblint.cli.configuring import configured
from dblint.cli.errors import CannotRun, Exit
from dblint.cli.output import colour, emit, write_files
from dblint.cli.verdict import exit_code, unaccepted
from dblint.graph import Coupling, survey
from dblint.report import EXPLAIN_FINDING, FACTS, WHO, View
from dblint.report import column as who_column
from dblint.report import folk as who_folk
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


def finding(fingerprint: str, path: Path, config: Path | None, format: str, color: str) -> None:
    """Print one finding of a tree with the plan of its way out; the beginning of a fingerprint is enough.

    Raises:
        CannotRun: if no finding, or more than one, has a fingerprint that begins so.
    """
    analysis = analysed(path, configured(path, config))
    found = [one for one in analysis.findings if one.fingerprint.startswith(fingerprint.casefold())]
    if len(found) != 1:
        how = f"{len(found)} findings have fingerprints" if found else "no finding has a fingerprint"
        raise CannotRun(f"{how} beginning with '{fingerprint}'", "`dblint check --format json` lists them all")
    rule = next(one for one in analysis.rules if one.name == found[0].rule)
    emit(EXPLAIN_FINDING[format](found[0], rule, View(colour=colour(color))))


def who(name: str, path: Path, config: Path | None, format: str, color: str) -> None:
    """Print who owns and who uses every table of that name, or what the service or team of that name has to do with tables.

    Raises:
        CannotRun: if there is none, with the names that are similar.
    """
    configuration = configured(path, config)
    analysis = analysed(path, configuration)
    system, view = analysis.system, View(colour=colour(color))
    coupling = Coupling(system)
    found = coupling.find(name)
    named = tuple(one for one in found if coupling.is_named(one, name))
    if not named and (columns := who_column.named(coupling, name)):
        marks = (*configuration.deprecated, *system.deprecated)
        emit(who_column.WHO_COLUMN[format](coupling, columns, marks, view))
        return
    known = catalogue.read(path, analysis.tree)
    folk = who_folk.Folk(
        analysis.tree,
        survey(coupling, analysis.tree.services),
        tuple((service.name, *team) for service in analysis.tree.services if (team := known.team_of(service.name))),
    )
    services, teams = folk.services_called(name), folk.teams_called(name)
    if not named and not services and not teams:
        similar = ", ".join(dict.fromkeys((*map(str, found), *folk.similar(name))))
        remedy = f"did you mean {similar}?" if similar else "`dblint facts` lists all tables"
        raise CannotRun(f"no table, service or team is called '{name}'", remedy)
    if not services and not teams:
        emit(WHO[format](system, named, view))
    else:
        emit(who_folk.WHO_FOLK[format](folk, system, named, services, teams, view))
