"""The documents that other programs read, and their JSON Schemas."""

import json

import msgspec

from dblint.report.contract import Facts, FindingPlan, Findings, Record, Rules
from dblint.report.shapes import Graph, OwnershipReport, Simulation, Who

DOCUMENTS: dict[str, type[Record]] = {
    "dblint-facts-1": Facts,
    "dblint-findings-1": Findings,
    "dblint-plan-1": FindingPlan,
    "dblint-who-1": Who,
    "dblint-rules-1": Rules,
    "dblint-graph-1": Graph,
    "dblint-report-1": OwnershipReport,
    "dblint-simulation-1": Simulation,
}


def schema(document: str) -> str:
    """The JSON Schema of a document of `DOCUMENTS`, as it stands in `docs/schema/`."""
    comment = "GENERATED from dblint/report/documents.py by `pytest tests/report --update-golden`; do not edit."
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$comment": comment, "title": document}
    return json.dumps(made | msgspec.json.schema(DOCUMENTS[document]), indent=2, ensure_ascii=False) + "\n"
