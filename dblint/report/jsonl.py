"""One JSON object per line: every finding, every file that was not analysed, and last the coverage; `type` says which it is."""

import msgspec

from dblint.report.contract import ProblemRecord, coverage_record, encode
from dblint.report.json import record
from dblint.report.view import Report, View


def render(report: Report, view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The lines; the records are those of the JSON documents."""
    lines = [("finding", record(finding)) for finding in report.told_findings]
    problems = [("problem", ProblemRecord(path=p.path, reason=p.reason, line=p.line)) for p in report.problems]
    coverage = [("coverage", coverage_record(report.system.coverage))]
    return "".join(encode({"type": kind, **msgspec.to_builtins(one)}, None) for kind, one in [*lines, *problems, *coverage])
