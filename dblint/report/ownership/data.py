"""What the scripts of the HTML report work on: every name by its number, every place as two numbers."""

from dblint.graph import MODES
from dblint.report.escape import show
from dblint.report.names import called, database_name, table_name
from dblint.report.ownership.content import LETTERS, WORDS, Ownership

FOREIGN, OPEN = 1, 2


def matrix(report: Ownership) -> dict[str, object]:
    """The cells: [service, table, flags, [[mode, path, line, path, line …] …]].

    Services are [name, group]; tables are [name, owner, database, schema, whether others use it], -1 for no owner.
    """
    survey = report.survey
    numbers = {table.id: number for number, table in enumerate(survey.tables)}
    services = {name: number for number, name in enumerate(survey.order)}
    databases: dict[str, int] = {}
    for table in survey.tables:
        databases.setdefault(database_name(table.id), len(databases))
    paths: dict[str, int] = {}
    cells: dict[tuple[int, int], list[list[int]]] = {}
    flags: dict[tuple[int, int], int] = {}
    for tie in survey.ties:
        if tie.table in numbers and tie.service in services:
            places = [n for place in tie.places for n in (paths.setdefault(place.path, len(paths)), place.line)]
            key = services[tie.service], numbers[tie.table]
            cells.setdefault(key, []).append([MODES.index(tie.mode), *places])
            is_open = (tie.service, tie.table) in report.open
            flags[key] = flags.get(key, 0) | (FOREIGN if tie.is_foreign else 0) | (OPEN if is_open else 0)
    shared = {blast.table.id for blast in survey.blasts}
    return {
        "source": report.source,
        "letters": [LETTERS[mode] for mode in MODES],
        "words": [WORDS[mode] for mode in MODES],
        "services": [[show(called(name)), number] for number, group in enumerate(survey.groups) for name in group],
        "databases": [show(name) for name in databases],
        "tables": [
            [
                table_name(table.id),
                services.get(table.owner or "", -1) if table.owner else -1,
                databases[database_name(table.id)],
                show(table.id.schema or ""),
                int(table.id in shared),
            ]
            for table in survey.tables
        ],
        "paths": [show(path) for path in paths],
        "cells": [[*key, flags[key], found] for key, found in sorted(cells.items())],
    }
