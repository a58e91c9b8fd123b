"""`dblint-findings/1`: the judgement as JSON, suppressed and baselined findings included and marked."""

from dblint.report.contract import EvidenceRecord, FindingRecord, Findings, coverage_record, encode
from dblint.report.escape import mask
from dblint.report.view import Report, View, reading_order


def render(report: Report, view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The findings document; the same whatever the view, so that a pipe and a terminal get equal bytes."""
    findings = tuple(
        FindingRecord(
            rule=f.rule,
            id=f.id,
            severity=f.severity,
            service=f.service,
            owner=f.owner,
            store=f.table.store,
            table=f.table.name,
            database=f.table.database,
            path=f.place.path,
            line=f.place.line,
            message=mask(f.message),
            remedy=f.remedy,
            fingerprint=f.fingerprint,
            evidence=tuple(
                EvidenceRecord(path=e.place.path, line=e.place.line, message=mask(e.message or e.kind)) for e in f.evidence
            ),
            suppressed=bool(f.suppressed),
            baselined=f.baselined,
        )
        for f in sorted(report.findings, key=reading_order)
        if f.severity != "off"
    )
    return encode(Findings(schema="dblint-findings/1", findings=findings, coverage=coverage_record(report.system.coverage)))
