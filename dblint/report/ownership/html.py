"""The ownership report as one HTML file that needs no network and runs no script but its own.

The policy in its head admits only the style and the script whose hashes it names. All text goes through `show` and the
template's escaping; the data of the matrix is JSON in ASCII without `<`.
"""

import base64
import hashlib
from importlib import resources
from typing import Any

from dblint.graph import MODES, Survey, Tie
from dblint.model.facts import TableId
from dblint.report.contract import encode
from dblint.report.coverage import closing, count, not_analysed
from dblint.report.escape import mask, show
from dblint.report.names import called, table_name
from dblint.report.ownership.content import LETTERS, WORDS, Ownership, modes, share

_FILES = resources.files("dblint.report.ownership")


def render(report: Ownership) -> str:
    """The page."""
    import jinja2  # noqa: PLC0415 - only this format needs it

    style, script = _asset("page.css"), _asset("page.js")
    data = encode(_matrix(report.survey, report.source), None).strip().replace("<", "\\u003c")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, finalize=_shown, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "noun": _noun,
        "called": called,
        "number": "{:,}".format,
        "count": count,
        "share": share,
        "modes": modes,
        "mask": mask,
        "name": table_name,
    }
    page = environment.from_string(_asset("page.html.j2")).render(
        report=report,
        survey=report.survey,
        figures=report.survey.system,
        services=_services(report.survey),
        anchors={name: f"service-{number}" for number, name in enumerate(report.survey.order, 1)},
        owners={table.id: table.owner for table in report.survey.tables},
        unread=not_analysed(report.problems),
        closing=closing(report.tree, report.system),
        letters=[(LETTERS[mode], WORDS[mode]) for mode in MODES],
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=data,
    )
    return page + "\n"


def _asset(name: str) -> str:
    return (_FILES / name).read_text("utf-8")


def _hash(text: str) -> str:
    """What a policy calls an inline script or style of this text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _shown(value: Any) -> Any:
    # What has a `__html__` is our own: the style, the script, and what the template has escaped already.
    return value if hasattr(value, "__html__") else show(str(value))


def _noun(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"


def _services(survey: Survey) -> list[dict[str, object]]:
    """Each service with its figures, its ties to others by table, and the ties of others to its tables."""
    figures = {one.service: one for one in survey.services}
    owners = {table.id: table.owner for table in survey.tables}
    using: dict[str, dict[TableId, list[Tie]]] = {}
    used: dict[str | None, dict[tuple[TableId, str], list[Tie]]] = {}
    for tie in survey.ties:
        if tie.is_foreign:
            using.setdefault(tie.service, {}).setdefault(tie.table, []).append(tie)
            used.setdefault(owners.get(tie.table), {}).setdefault((tie.table, tie.service), []).append(tie)
    return [
        {"name": name, "figures": figures[name], "using": using.get(name, {}), "used": used.get(name, {})}
        for name in survey.order
        if name in figures
    ]


def _matrix(survey: Survey, source: str) -> dict[str, object]:
    """The cells: [service, table, whether it is foreign, [[mode, [[path, line] …]] …]], every name and path by its number."""
    tables = {table.id: number for number, table in enumerate(survey.tables)}
    services = {name: number for number, name in enumerate(survey.order)}
    paths: dict[str, int] = {}
    cells: dict[tuple[int, int], list[object]] = {}
    for tie in survey.ties:
        if tie.table in tables and tie.service in services:
            places = [[paths.setdefault(place.path, len(paths)), place.line] for place in tie.places]
            cells.setdefault((services[tie.service], tables[tie.table]), []).append([MODES.index(tie.mode), places])
    foreign = {(services.get(tie.service), tables.get(tie.table)) for tie in survey.ties if tie.is_foreign}
    shared = {blast.table.id for blast in survey.blasts}
    return {
        "source": source,
        "letters": [LETTERS[mode] for mode in MODES],
        "words": [WORDS[mode] for mode in MODES],
        "services": [show(called(name)) for name in survey.order],
        "tables": [
            [table_name(table.id), services.get(table.owner or "", -1), show(table.id.database or ""), int(table.id in shared)]
            for table in survey.tables
        ],
        "paths": [show(path) for path in paths],
        "cells": [
            [service, table, int((service, table) in foreign), found] for (service, table), found in sorted(cells.items())
        ],
    }
