"""What the names of dbt projects mean: models, seeds, snapshots and sources become tables with schemas.

The schema of the target is that of a profile in the tree, else the project's name stands for it; a custom schema is appended to
it, as dbt's own `generate_schema_name` does, unless the project has a macro of that name: then the custom schema is used as it
is, which is what such macros are mostly for. Source: dbt's documentation of custom schemas and source properties.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from dblint.model.facts import Change, Declaration, FileFacts
from dblint.model.place import Place
from dblint.model.schema import SchemaEvent, TableName
from dblint.model.sql import Statement
from dblint.queryfiles.dbt import MODEL, REF, SOURCE, THIS, building
from dblint.queryfiles.project_files import Project, Settings, read_project

_KINDS = {"view": "view.create", "materialized_view": "matview.create"}
_ROWLESS = frozenset({"view", "materialized_view", "ephemeral"})
_UNNAMED = SchemaEvent(MODEL, TableName("*"))
_NOWHERE = Project("", "")
_SYMBOLS = re.compile(rf"\b(?:{REF}|{SOURCE})\.", re.IGNORECASE)
_PUBLIC = (None, "public", "dbo", "main")


@dataclass(frozen=True, slots=True)
class _Model:
    """A model or snapshot: its relation and how it is built."""

    table: TableName
    built: str
    place: Place


@dataclass(slots=True)
class _Names:
    """What a project's names mean; all names are folded."""

    project: Project
    models: dict[str, _Model] = field(default_factory=dict)
    sources: dict[tuple[str, str], TableName] = field(default_factory=dict)


def settled(
    facts: Sequence[FileFacts],
    dbt_files: Iterable[str],
    text_of: Callable[[str], str | None],
    declarations: Iterable[Declaration] = (),
) -> tuple[FileFacts, ...]:
    """The facts with all names of dbt's replaced, and with those of seeds.

    `dbt_files` are the YAML and CSV files of the projects; `declarations` the tables of models in code.
    """
    files = tuple(dbt_files)
    folders = [path.rpartition("/")[0] for path in files if path.rpartition("/")[2] in ("dbt_project.yml", "dbt_project.yaml")]
    projects = [read_project(folder, files, [item.path for item in facts], text_of) for folder in folders]
    projects.sort(key=lambda project: -len(project.folder))
    if not projects and not any(change.event.kind == MODEL for item in facts for change in item.changes):
        return tuple(facts)
    held = [(item, next((project for project in projects if project.holds(item.path)), None)) for item in facts]
    created = {(each.schema, each.name.casefold()) for each in _created(facts, declarations)}
    names = {
        project.folder: _names(project, [item for item, owner in held if owner is project], created) for project in projects
    }
    packages = {project.name: names[project.folder] for project in projects}
    done = [_settled(item, names[owner.folder] if owner else None, packages) for item, owner in held]
    return (*done, *(_seed(path, name) for project in projects for path, name in _seeds(project, names[project.folder])))


def _created(facts: Iterable[FileFacts], declarations: Iterable[Declaration]) -> Iterator[TableName]:
    for item in facts:
        for change in item.changes:
            if change.event.kind in ("table.create", "model.create"):
                yield change.event.table
    for declaration in declarations:
        yield declaration.table


def _names(project: Project, facts: Iterable[FileFacts], created: set[tuple[str | None, str]]) -> _Names:
    names = _Names(project)
    for item in facts:
        if not project.builds(item.path):
            continue
        events = [change.event for change in item.changes if change.event.kind == MODEL] or [_UNNAMED]
        for event in events:
            own = event.table.name if event.table.name != "*" else _stem(item.path)
            settings = project.settings(item.path, own) | dict(flag.split("=", 1) for flag in event.flags)
            if settings.get("enabled") != "false":
                names.models[own.casefold()] = _model(project, item.path, own, settings, item.place(event.offset))
    for path, name in project.seeds:
        table = TableName(name, project.schema_for(project.settings(path, name)))
        names.models[name.casefold()] = _Model(table, "seed", Place(path, 1))
    own_names = {model.table.name.casefold() for model in names.models.values()}
    for (source, name), (table, stated) in project.sources.items():
        names.sources[source, name] = table if stated else _landed(table, created, own_names)
    return names


def _model(project: Project, path: str, own: str, settings: Settings, place: Place) -> _Model:
    usual = "snapshot" if project.is_snapshot(path) else "view"
    table = TableName(settings.get("alias", own), project.schema_for(settings), settings.get("database"))
    return _Model(table, settings.get("materialized", usual), place)


def _landed(table: TableName, created: set[tuple[str | None, str]], own: set[str]) -> TableName:
    """A source whose schema is only its name: where no such table is created, but one without a schema, that one is meant."""
    name = table.name.casefold()
    schemas = {schema for schema, other in created if other == name}
    if any(schema is not None and schema.casefold() == (table.schema or "").casefold() for schema in schemas):
        return table
    if not any(schema in _PUBLIC for schema in schemas):
        return table
    return replace(table, schema="public" if name in own else "*")


def _seeds(project: Project, names: _Names) -> Iterator[tuple[str, TableName]]:
    for path, name in project.seeds:
        yield path, names.models[name.casefold()].table


def _seed(path: str, table: TableName) -> FileFacts:
    return FileFacts(path, "csv", changes=(_creation(_Model(table, "seed", Place(path, 1)), path),))


def _creation(model: _Model, history: str) -> Change:
    event = SchemaEvent(_KINDS.get(model.built, "table.create"), model.table, flags=("as-select", "partial"))
    return Change(event, model.place, "runtime", history, ())


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _settled(item: FileFacts, names: _Names | None, packages: dict[str, _Names]) -> FileFacts:
    """The facts of one file in the words of the database."""
    if item.language != "sql":
        return item
    project = names.project if names else _NOWHERE
    if project.leaves_out(item.path):
        return replace(item, script=(), changes=(), migration="", problems=())
    builds, events = project.builds(item.path), [change.event for change in item.changes if change.event.kind == MODEL]
    if not builds and not events and not _symbolic(item.script):
        return replace(item, changes=(), migration="") if project.within(item.path, "macro") else item
    known = names or _Names(project)
    script = item.script if events or not builds else tuple(building(list(item.script), ""))
    own = [known.models.get(_called(event, item.path)) for event in events or [_UNNAMED]] if builds else []
    if builds and not any(own):
        return replace(item, script=(), changes=(), migration="", problems=())
    kept = tuple(_statement(statement, known, packages, _stem(item.path)) for statement in script)
    changes = tuple(_creation(model, project.folder) for model in own if model and model.built != "ephemeral")
    return replace(item, script=kept, changes=changes, migration="")


def _called(event: SchemaEvent, path: str) -> str:
    """The folded name of a model: its own, or that of its file."""
    return (event.table.name if event.table.name != "*" else _stem(path)).casefold()


def _symbolic(script: Iterable[Statement]) -> bool:
    return any(
        use.table.name.casefold() == THIS
        or {(use.table.catalog or "").casefold(), (use.table.schema or "").casefold()} & {REF, SOURCE}
        for statement in script
        for use in statement.uses
    )


def _statement(statement: Statement, names: _Names, packages: dict[str, _Names], stem: str) -> Statement:
    def named(table: TableName) -> TableName | None:
        return _meaning(table, names, packages, stem)

    uses = []
    for use in statement.uses:
        model = _own(use.table, names, stem) if use.table.name == THIS else None
        table = named(use.table)
        filling = use.mode == "write" and use.table.name == THIS
        if table is not None and not (filling and (model is None or model.built in _ROWLESS)):
            uses.append(replace(use, table=table))
    joins = []
    for join in statement.joins:
        tables = tuple(dict.fromkeys(table for name in join.tables if (table := named(name)) is not None))
        if len(tables) > 1:
            joins.append(replace(join, tables=tables))
    partial = _SYMBOLS.sub("", statement.partial)
    return replace(statement, uses=tuple(uses), joins=tuple(joins), partial=partial)


def _own(table: TableName, names: _Names, stem: str) -> _Model | None:
    return names.models.get((table.schema or stem).casefold())


def _meaning(table: TableName, names: _Names, packages: dict[str, _Names], stem: str) -> TableName | None:
    """The table that a name of dbt's means; None for an ephemeral model, which is no table."""
    catalog, schema = (table.catalog or "").casefold(), (table.schema or "").casefold()
    if table.name.casefold() == THIS:
        model = _own(table, names, stem)
        return model.table if model else TableName(table.schema or stem)
    if catalog == SOURCE:
        known = names.sources.get((schema, table.name.casefold()))
        return known or TableName(table.name, table.schema)
    if REF not in (catalog, schema):
        return table
    package = packages.get(table.schema or "", names) if catalog == REF else names
    model = package.models.get(table.name.casefold()) or next(
        (model for other in packages.values() if (model := other.models.get(table.name.casefold()))), None
    )
    if model is None:
        return TableName(table.name, names.project.target_schema or None)
    return None if model.built == "ephemeral" else model.table
