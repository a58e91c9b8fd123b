"""`dblint-findings/1`: the judgement as JSON, suppressed and baselined findings included and marked."""

from dblint.model.findings import Finding
from dblint.report.contract import EvidenceRecord, FindingRecord, Findings, coverage_record, encode
from dblint.report.escape import mask
from dblint.report.view import Report, View


def render(report: Report, view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The findings document; the same whatever the view, so that a pipe and a terminal get equal bytes."""
    findings = tuple(map(record, report.told_findings))
    return encode(Findings(schema="dblint-findings/1", findings=findings, coverage=coverage_record(report.system.coverage)))


def record(finding: Finding) -> FindingRecord:
    """The finding for a document."""
    return FindingRecord(
        rule=finding.rule,
        id=finding.id,
        severity="note" if finding.severity == "off" else finding.severity,
        service=finding.service,
        owner=finding.owner,
        store=finding.table.store,
        table=finding.table.name,
        database=finding.table.database,
        path=finding.place.path,
        line=finding.place.line,
        message=mask(finding.message),
        remedy=finding.remedy,
        fingerprint=finding.fingerprint,
        evidence=tuple(
            EvidenceRecord(path=e.place.path, line=e.place.line, message=mask(e.message or e.kind)) for e in finding.evidence
        ),
        suppressed=bool(finding.suppressed),
        baselined=finding.baselined,
    )
