"""The ownership report as one HTML file that needs no network and runs no script but its own.

The policy in its head admits only the style and the scripts whose hashes it names. All text goes through `show` and the
template's escaping; the data of matrix and graph is JSON in ASCII without `<`.
"""

import base64
import hashlib
from pathlib import Path
from typing import Any

from dblint.graph import MODES, ServiceFigures
from dblint.model.facts import TableId
from dblint.report.contract import encode
from dblint.report.coverage import closing, count, not_analysed
from dblint.report.escape import mask, show
from dblint.report.names import called, table_name
from dblint.report.ownership import trend
from dblint.report.ownership.brief import brief, plan
from dblint.report.ownership.content import LETTERS, WORDS, Ownership, modes, share
from dblint.report.ownership.data import matrix

_FILES = Path(__file__).parent / "page"
CYTOSCAPE = "vendor/cytoscape.min.js"


def render(report: Ownership) -> str:
    """The page."""
    import jinja2  # noqa: PLC0415 - only this format needs it

    survey, coverage = report.survey, report.system.coverage
    style = _asset("page.css")
    scripts = [_asset("page.js")] if survey.ties else []
    if survey.blasts:
        scripts += [_asset(CYTOSCAPE), _asset("layout.js"), _asset("graph.js")]
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset), autoescape=True, undefined=jinja2.StrictUndefined, finalize=_shown,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "noun": _noun,
        "called": called,
        "number": "{:,}".format,
        "count": count,
        "share": share,
        "modes": modes,
        "mask": mask,
        "name": table_name,
        "titled": trend.FIGURES.__getitem__,
        "then": lambda change: trend.figure(change.name, change.then),
        "now": lambda change: trend.figure(change.name, change.now),
        "keyed": lambda key: table_name(TableId(key.store, key.database, key.schema, key.table)),
    }
    environment.globals |= {  # what the macros need as well
        "anchors": {name: f"s{number}" for number, name in enumerate(survey.order, 1)},
        "ranks": {name: number for number, name in enumerate(survey.order)},
        "marks": {table.id: number for number, table in enumerate(survey.tables)},
        "owners": {table.id: table.owner for table in survey.tables},
    }
    page = environment.get_template("page.html.j2").render(
        report=report,
        survey=survey,
        figures=survey.system,
        coverage=coverage,
        resolved=coverage.statements_resolved / coverage.statements_found if coverage.statements_found else None,
        sentences=brief(report),
        pages=_pages(report),
        unread=not_analysed(report.problems),
        closing=closing(report.tree, report.system),
        letters=[(LETTERS[mode], WORDS[mode]) for mode in MODES],
        widest=max((number for pair in report.trend.pairs for number in pair.places), default=1) if report.trend else 1,
        style=style,
        scripts=scripts,
        style_hash=_hash(style),
        script_hashes=[_hash(script) for script in scripts],
        data=encode(matrix(report), None).strip().replace("<", "\\u003c"),
    )
    return page + "\n"


def _asset(name: str) -> str:
    return (_FILES / name).read_text("utf-8")


def _hash(text: str) -> str:
    """What a policy calls an inline script or style of this text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _shown(value: Any) -> Any:
    # What has a `__html__` is our own: the style, the scripts, and what the template has escaped already.
    return value if hasattr(value, "__html__") else show(str(value))


def _noun(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"


def _pages(report: Ownership) -> list[dict[str, object]]:
    """Each service with its figures and what must change; what it owns and uses, the script finds in the data."""
    survey = report.survey
    figures: dict[str, ServiceFigures] = {one.service: one for one in survey.services}
    teams = dict(report.teams)
    databases: dict[str, set[str]] = {}
    for link in survey.connections:
        databases.setdefault(link.service, set()).add(link.database)
    return [
        {
            "figures": figures[name],
            "plan": plan(report.steps[name]),
            "work": sum(len(step.places) for step in report.steps[name]),
            "team": teams.get(name, ""),
            "databases": sorted(databases.get(name, ())),
        }
        for name in survey.order
        if name in figures
    ]
