"""Names that a plugin of a query builder changes on their way to the database: `new CamelCasePlugin()` of Kysely.

Source: https://kysely-org.github.io/kysely-apidoc/classes/CamelCasePlugin.html.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dblint.frameworks.schema import Framework
from dblint.interpret.strings.sinks import packages_of
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.projects import project_of
from dblint.model.facts import RawAccess, RawStatement
from dblint.model.schema import TableName
from dblint.naming import name_of


def plugged(program: Program, frameworks: tuple[Framework, ...], statements: Iterable[RawStatement]) -> Iterator[RawStatement]:
    """Yield the statements, the names in those of a framework changed where the project around them plugs that in."""
    found = {each.name: _projects(program, each) for each in frameworks if each.plugins}
    for statement in statements:
        convention = found.get(statement.how, {}).get(project_of(statement.place.path))
        yield _renamed(statement, convention) if convention else statement


def _projects(program: Program, framework: Framework) -> dict[str, str]:
    """Return the projects whose code names a plugin of a framework, each with the convention that it brings."""
    using = (unit for unit in program.units.values() if not packages_of(unit).isdisjoint(framework.packages))
    found = {(project_of(unit.path), each.member) for unit in using for each in unit.module.imports}
    return {project: framework.plugins[name] for project, name in sorted(found) if name in framework.plugins}


def _renamed(statement: RawStatement, convention: str) -> RawStatement:
    def table(name: TableName) -> TableName:
        return replace(name, name=name_of(convention, name.name))

    def access(each: RawAccess) -> RawAccess:
        columns = tuple(name_of(convention, name) for name in each.columns) if each.columns is not None else None
        return replace(each, table=table(each.table), columns=columns)

    joins = tuple((tuple(map(table, tables)), kind, place) for tables, kind, place in statement.joins)
    return replace(statement, accesses=tuple(map(access, statement.accesses)), joins=joins)
