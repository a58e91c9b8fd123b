"""A configuration as YAML."""

import yaml

from dblint.config.model import Agreement, Allowance, Configuration, DatabaseEntry, Resource, ServiceEntry


def write(configuration: Configuration) -> str:
    """The effective values in the form of dblint.yaml, every top-level key present."""
    document = {
        "version": 1,
        "services": [_service(entry) for entry in configuration.services],
        "databases": {entry.name: _database(entry) for entry in configuration.databases},
        "allow": [_allowance(entry) for entry in configuration.allow],
        "sharing": [_agreement(entry) for entry in configuration.sharing],
        "resources": [_resource(entry) for entry in configuration.resources],
        "rules": {setting.name: setting.severity for setting in configuration.rules},
        "severities": [
            {"service": entry.service, "owner": entry.owner, "rule": entry.rule or None, "severity": entry.severity}
            for entry in configuration.severities
        ],
        "exclude": list(configuration.exclude),
        "accept": [{"path": entry.path, "reason": entry.reason} for entry in configuration.accept],
        "deprecated": [
            {"column": entry.column, "since": entry.since, "reason": entry.reason} for entry in configuration.deprecated
        ],
        "tests": list(configuration.tests),
        "suppressions": {"require-reason": configuration.require_reason},
        "rule-folders": list(configuration.rule_folders),
        "framework-folders": list(configuration.framework_folders),
        "sql-functions": [
            {"call": entry.call, "argument": entry.argument, "kind": entry.kind} for entry in configuration.sql_functions
        ],
        "fail-level": configuration.fail_level,
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def _service(entry: ServiceEntry) -> dict[str, object]:
    """One service, its empty lists left out."""
    lists = {"paths": entry.paths, "owns": entry.owns, "databases": entry.databases}
    written = {key: list(values) for key, values in lists.items() if values}
    named = {"name": entry.name, "path": entry.path, **written} | ({"kind": entry.kind} if entry.kind else {})
    return named | ({"strict": True} if entry.strict else {})


def _database(entry: DatabaseEntry) -> dict[str, object]:
    """One database, what is not known left out."""
    texts = {"url": entry.url, "dialect": entry.dialect, "schema": entry.schema}
    return {key: value for key, value in texts.items() if value} | ({"tables": list(entry.tables)} if entry.tables else {})


def _agreement(entry: Agreement) -> dict[str, object]:
    """One sharing by a pattern, what is not said left out."""
    lists = {"table": list(entry.tables), "services": list(entry.services), "feeder": list(entry.feeder)}
    texts = {"source": entry.source, "staleness": entry.staleness, "reason": entry.reason, "until": entry.until}
    return {key: value for key, value in {"pattern": entry.pattern, **lists, **texts}.items() if value}


def _resource(entry: Resource) -> dict[str, object]:
    """One resource, what is not said left out."""
    found = {"name": entry.name, "kind": entry.kind, "owner": entry.owner}
    rest = {"services": list(entry.services), "reason": entry.reason}
    return found | {key: value for key, value in rest.items() if value}


def _allowance(entry: Allowance) -> dict[str, object]:
    """One allowance."""
    written: dict[str, object] = {"service": entry.service, "table": entry.table, "mode": list(entry.modes)}
    if entry.rule:
        written["rule"] = entry.rule
    written["reason"] = entry.reason
    if entry.until:
        written["until"] = entry.until
    return written
