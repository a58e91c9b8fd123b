"""From facts and findings to text and JSON: pure functions that never compute a verdict."""

from collections.abc import Callable

from dblint.graph import Picture
from dblint.judge.rules import Rule
from dblint.model.coverage import Coverage
from dblint.model.facts import TableId
from dblint.model.findings import Finding
from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.report import (
    azure,
    concise,
    facts,
    github,
    gitlab,
    json,
    jsonl,
    junit,
    markdown,
    plan,
    rdjson,
    rules,
    sarif,
    text,
    who,
)
from dblint.report.graphs import d2, dot, graphml, mermaid
from dblint.report.graphs import json as graph_json
from dblint.report.ownership import csv, html
from dblint.report.ownership import json as report_json
from dblint.report.ownership import markdown as report_markdown
from dblint.report.ownership.content import Ownership
from dblint.report.view import Report, View

__all__ = ["CHECK", "EXPLAIN", "EXPLAIN_FINDING", "FACTS", "GRAPH", "REPORT", "RULES", "WHO", "Report", "View"]

CHECK: dict[str, Callable[[Report, View], str]] = {
    "text": text.render,
    "concise": concise.render,
    "json": json.render,
    "jsonl": jsonl.render,
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
    "rdjson": rdjson.render,
    "markdown": markdown.render,
    "azure": azure.render,
}

FACTS: dict[str, Callable[[Tree, System, View], str]] = {
    "text": facts.as_text,
    "json": facts.as_json,
}

WHO: dict[str, Callable[[System, tuple[TableId, ...], View], str]] = {
    "text": who.as_text,
    "json": who.as_json,
}

GRAPH: dict[str, Callable[[Picture, Coverage], str]] = {
    "mermaid": mermaid.render,
    "dot": dot.render,
    "d2": d2.render,
    "graphml": graphml.render,
    "json": graph_json.render,
}

REPORT: dict[str, Callable[[Ownership], str]] = {
    "markdown": report_markdown.render,
    "json": report_json.render,
    "csv": csv.render,
    "html": html.render,
}

RULES: dict[str, Callable[[tuple[Rule, ...], View], str]] = {
    "text": rules.list_as_text,
    "json": rules.list_as_json,
}

EXPLAIN: dict[str, Callable[[Rule, View], str]] = {
    "text": rules.explain_as_text,
    "json": rules.explain_as_json,
    "markdown": rules.explain_as_markdown,
}

EXPLAIN_FINDING: dict[str, Callable[[Finding, Rule, View], str]] = {
    "text": plan.as_text,
    "json": plan.as_json,
    "markdown": plan.as_markdown,
}
