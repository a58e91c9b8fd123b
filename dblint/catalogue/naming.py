"""Findings with the teams to talk to and the API to call."""

from collections.abc import Iterable

from msgspec.structs import replace

from dblint.catalogue.reading import Catalogue
from dblint.model.facts import Evidence
from dblint.model.findings import Finding


def named(findings: Iterable[Finding], catalogue: Catalogue) -> tuple[Finding, ...]:
    """The same findings; each says who answers for its file and for the owner, and which API of the owner there is."""
    return tuple(_named(finding, catalogue) for finding in findings)


def _named(finding: Finding, catalogue: Catalogue) -> Finding:
    owner = finding.owner if finding.owner != finding.service else None
    apis = catalogue.apis_of(owner) if owner else ()
    told = [
        (catalogue.team_of_file(finding.place.path) or catalogue.team_of(finding.service), "this code"),
        (catalogue.team_of(owner) if owner else None, owner),
    ]
    added = [Evidence("team", found[1], f"{found[0]} answers for {what}: {found[1]}") for found, what in told if found]
    added += [Evidence("api", place, f"{owner} provides the API {api}: {place}") for api, place in apis]
    if not added:
        return finding
    remedy = f"{owner} provides {' and '.join(api for api, _ in apis)}. {finding.remedy}" if apis else finding.remedy
    return replace(finding, evidence=(*finding.evidence, *added), remedy=remedy)
