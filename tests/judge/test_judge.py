"""From drafts to findings."""

from datetime import date, timedelta

import pytest

from dblint.config.model import Configuration, PairSeverity
from dblint.judge.draft import Mode
from dblint.judge.verdict import severity
from dblint.model.facts import Confidence
from dblint.model.findings import Severity
from dblint.model.place import Place
from tests.judge.factories import (
    TODAY,
    a_configuration,
    a_join,
    a_mapping,
    a_place,
    a_rule,
    a_service,
    a_setting,
    a_suppression,
    a_system,
    a_table,
    an_access,
    an_allowance,
    an_id,
    findings,
)

SYSTEM = a_system(a_table(), an_access())
WAIVER = a_rule("waiver", name="unused-suppression", id="DBL502", severity="warning")


def test_a_finding_carries_rule_severity_remedy_and_fingerprint() -> None:
    (found,) = findings(SYSTEM)
    assert (found.rule, found.id, found.severity) == ("cross-service-read", "DBL101", "error")
    assert found.remedy.startswith("Ask billing's API for the row (GET /invoices/{id}")
    assert (found.service, found.owner, found.table, found.place) == ("orders", "billing", an_id(), a_place())
    assert len(found.fingerprint) == 20
    assert found.suppressed == ""


# Severity


@pytest.mark.parametrize(
    ("rule", "lowered", "confidence", "expected"),
    [
        ("error", 0, "explicit", "error"),
        ("error", 0, "convention", "error"),
        ("error", 0, "guess", "warning"),
        ("warning", 0, "guess", "warning"),
        ("note", 0, "guess", "note"),
        ("error", 1, "explicit", "warning"),
        ("error", 1, "guess", "warning"),
        ("warning", 1, "explicit", "note"),
        ("note", 1, "explicit", "note"),
        ("error", 2, "explicit", "note"),
    ],
)
def test_a_guess_is_never_the_only_ground_for_an_error(
    rule: Severity, lowered: int, confidence: Confidence, expected: Severity
) -> None:
    assert severity(rule, lowered, confidence) == expected


def test_a_project_sets_severities_by_name_or_id() -> None:
    for name in ("cross-service-read", "DBL101", "dbl101"):
        assert findings(SYSTEM, configuration=a_configuration(a_setting(name, "note")))[0].severity == "note"


def test_a_raised_severity_does_not_make_an_error_of_a_guess() -> None:
    system = a_system(a_table(), an_access(confidence="guess"))
    configuration = a_configuration(a_setting("cross-service-read", "error"))
    assert findings(system, configuration=configuration)[0].severity == "warning"


def test_a_rule_that_is_off_finds_nothing() -> None:
    assert findings(SYSTEM, configuration=a_configuration(a_setting("DBL101", "off"))) == []


# Allowances


def test_allowed_sharing_is_no_finding() -> None:
    assert findings(SYSTEM, configuration=a_configuration(an_allowance())) == []


@pytest.mark.parametrize(
    ("modes", "mode", "is_allowed"),
    [
        (("read",), "read", True),
        (("read",), "write", False),
        (("read",), "lock", False),
        (("write",), "read", False),
        (("write",), "write", True),
        (("write",), "lock", True),
        (("any",), "lock", True),
        (("read", "write"), "write", True),
    ],
)
def test_an_allowance_holds_for_its_modes(modes: tuple[str, ...], mode: Mode, is_allowed: bool) -> None:
    system = a_system(a_table(), an_access(mode=mode))  # type: ignore[arg-type]  # the modes of a draft are more
    found = findings(system, rules=[a_rule()], configuration=a_configuration(an_allowance(modes=modes)))
    assert (found == []) is is_allowed


def test_who_may_read_may_also_declare_a_model_but_not_join() -> None:
    tables = (a_table(), a_table("orders", "orders"))
    rules = [a_rule("mapping", name="foreign-mapping", id="DBL107"), a_rule("join", name="cross-owner-join", id="DBL103")]
    configuration = a_configuration(an_allowance(modes=("read",)))
    found = findings(a_system(*tables, a_mapping(), a_join()), rules=rules, configuration=configuration)
    assert [one.rule for one in found] == ["cross-owner-join"]
    joining = a_configuration(an_allowance(modes=("join",)))
    assert [one.rule for one in findings(a_system(*tables, a_join()), rules=rules, configuration=joining)] == []


@pytest.mark.parametrize(
    ("service", "table", "rule", "is_allowed"),
    [
        ("orders", "invoices", "", True),
        ("*", "invoices", "", True),
        ("crm", "invoices", "", False),
        ("orders", "inv*", "", True),
        ("orders", "billing.*", "", True),
        ("orders", "payments", "", False),
        ("orders", "invoices", "cross-service-read", True),
        ("orders", "invoices", "DBL101", True),
        ("orders", "invoices", "DBL102", False),
    ],
)
def test_an_allowance_holds_for_its_service_table_and_rule(service: str, table: str, rule: str, is_allowed: bool) -> None:
    configuration = a_configuration(an_allowance(service, table, rule=rule))
    assert (findings(SYSTEM, rules=[a_rule()], configuration=configuration) == []) is is_allowed


def test_an_allowance_holds_up_to_and_on_its_last_day() -> None:
    assert findings(SYSTEM, configuration=a_configuration(an_allowance(until=TODAY))) == []


def test_an_expired_allowance_lets_the_finding_stay_and_says_so() -> None:
    configuration = a_configuration(an_allowance(until=date(2026, 1, 1)))
    (found,) = findings(SYSTEM, configuration=configuration)
    assert found.rule == "cross-service-read"
    assert found.evidence[-1].message == "dblint.yaml:7 allowed this until 2026-01-01 (read model), not any more"


@pytest.mark.parametrize("until", [None, TODAY - timedelta(days=1)])
def test_an_allowance_that_matches_nothing_is_told_at_its_place(until: date | None) -> None:
    (found,) = findings(a_system(a_table()), configuration=a_configuration(an_allowance("reports", until=until)))
    assert (found.rule, found.severity, str(found.place)) == ("unused-suppression", "warning", "dblint.yaml:7")
    assert found.service == "reports"
    assert "there is no service reports" in found.message
    assert "allow" in found.remedy


def test_an_allowed_step_closes_no_circle() -> None:
    tables = (a_table("orders", "orders"), a_table())
    system = a_system(*tables, an_access(), an_access("billing", "orders", statement=2))
    rules = [a_rule("cycle", name="ownership-cycle", id="DBL403"), a_rule()]
    assert [one.rule for one in findings(system, rules=rules)].count("ownership-cycle") == 2
    found = findings(system, rules=rules, configuration=a_configuration(an_allowance()))
    assert [(one.rule, one.service) for one in found] == [("cross-service-read", "billing")]


# Suppressions


def test_a_suppressed_finding_is_kept_with_the_reason() -> None:
    (found,) = findings(SYSTEM, suppressions=[a_suppression("cross-service-read")])
    assert found.suppressed == "until billing has an API"


def test_a_suppression_without_reason_still_suppresses() -> None:
    (found,) = findings(SYSTEM, suppressions=[a_suppression("DBL101", reason="")])
    assert found.suppressed == "no reason given"


@pytest.mark.parametrize(
    ("first", "last", "path", "holds"),
    [
        (6, 6, "orders/app.py", True),
        (4, 9, "orders/app.py", True),
        (7, 9, "orders/app.py", False),
        (0, 0, "orders/app.py", True),
        (0, 0, "orders/other.py", False),
    ],
)
def test_a_suppression_holds_for_its_lines_and_its_file(first: int, last: int, path: str, holds: bool) -> None:
    found = findings(SYSTEM, rules=[a_rule()], suppressions=[a_suppression("DBL101", first=first, last=last, path=path)])
    assert bool(found[0].suppressed) is holds


def test_a_suppression_of_another_rule_does_not_hold_and_is_unused() -> None:
    rules = [a_rule(), a_rule("join", name="cross-owner-join", id="DBL103"), WAIVER]
    first, second = findings(SYSTEM, rules=rules, suppressions=[a_suppression("cross-owner-join")])
    assert (first.rule, first.place.line) == ("unused-suppression", 5)
    assert first.message == "this comment suppresses cross-owner-join, which does not occur in the lines it covers"
    assert first.service == "orders"
    assert (second.rule, second.suppressed) == ("cross-service-read", "")


def test_of_several_rules_only_the_unused_ones_are_told() -> None:
    rules = [a_rule(), a_rule("join", name="cross-owner-join", id="DBL103"), WAIVER]
    found = findings(SYSTEM, rules=rules, suppressions=[a_suppression("DBL103", "DBL101")])
    assert [one.message for one in found if one.rule == "unused-suppression"] == [
        "this comment suppresses cross-owner-join, which does not occur in the lines it covers"
    ]


def test_a_suppression_of_a_rule_that_is_off_is_not_called_unused() -> None:
    configuration = a_configuration(a_setting("DBL101", "off"))
    assert findings(SYSTEM, configuration=configuration, suppressions=[a_suppression("DBL101")]) == []


def test_an_unknown_rule_in_a_suppression_is_told_with_the_likely_one() -> None:
    found = findings(SYSTEM, suppressions=[a_suppression("cross-service-reed")])
    (told,) = [one for one in found if one.rule == "unused-suppression"]
    assert told.message == (
        "this comment suppresses 'cross-service-reed', and there is no such rule (did you mean 'cross-service-read'?)"
    )


@pytest.mark.parametrize("mistake", ["no-rules", "no-date", "unknown-word"])
def test_a_comment_with_a_mistake_suppresses_nothing_and_is_told(mistake: str) -> None:
    found = findings(SYSTEM, suppressions=[a_suppression("DBL101", mistake=mistake)])
    assert [(one.rule, one.suppressed) for one in found] == [("unused-suppression", ""), ("cross-service-read", "")]


def test_a_reason_can_be_required() -> None:
    suppressions = [a_suppression("DBL101", reason="")]
    configuration = a_configuration(require_reason=True)
    assert [one.rule for one in findings(SYSTEM, suppressions=suppressions)] == ["cross-service-read"]
    found = findings(SYSTEM, suppressions=suppressions, configuration=configuration)
    assert [one.rule for one in found] == ["unused-suppression", "cross-service-read"]


def test_a_suppression_that_ran_out_is_told_and_does_not_hold() -> None:
    old = a_suppression("DBL101", until=TODAY - timedelta(days=1))
    first, second = findings(SYSTEM, suppressions=[old])
    assert first.message == "this suppression ran out on 2026-05-31: what it covered is reported again"
    assert second.suppressed == ""
    assert findings(SYSTEM, suppressions=[a_suppression("DBL101", until=TODAY)])[0].suppressed


def test_a_report_of_an_unused_suppression_can_be_suppressed_itself() -> None:
    useless = a_suppression("DBL101", first=50, last=50)
    for_the_file = a_suppression("DBL502", line=1, first=0, last=0, reason="generated")
    found = findings(SYSTEM, suppressions=[useless, for_the_file])
    assert [one.suppressed for one in found if one.rule == "unused-suppression"] == ["generated"]


def test_a_file_in_a_nested_service_is_charged_to_the_inner_one() -> None:
    services = [a_service("all", path="."), a_service("orders", path="services/orders")]
    lost = a_suppression("nothing", path="services/orders/app.py")
    other = a_suppression("nothing", path="scripts/run.py")
    found = findings(a_system(services=services), suppressions=[lost, other])
    assert [one.service for one in found] == ["all", "orders"]


# Identity and order


def test_two_drafts_on_one_line_about_one_table_are_one_finding() -> None:
    system = a_system(a_table(), an_access(statement=1), an_access(statement=2))
    assert len(findings(system)) == 1


def test_a_fingerprint_does_not_move_with_the_line() -> None:
    moved = a_system(a_table(), an_access(place=a_place(line=60)))
    assert findings(moved)[0].fingerprint == findings(SYSTEM)[0].fingerprint


def test_equal_statements_in_one_file_are_counted() -> None:
    first, second = an_access(), an_access(place=a_place(line=9), statement=2)
    found = findings(a_system(a_table(), first, second))
    assert len({one.fingerprint for one in found}) == 2
    assert found[0].fingerprint == findings(SYSTEM)[0].fingerprint


@pytest.mark.parametrize(
    "other",
    [
        a_system(a_table(), an_access("crm", place=a_place())),
        a_system(a_table(), an_access(place=a_place("orders/other.py"))),
        a_system(a_table(), an_access(shape="star")),
        a_system(a_table(), an_access(mode="write")),
        a_system(a_table(schema="sales"), an_access(table=an_id(schema="sales"))),
        a_system(a_table(database="postgresql://x/y"), an_access(table=an_id(database="postgresql://x/y"))),
    ],
)
def test_a_fingerprint_tells_service_file_shape_mode_and_table_apart(other: object) -> None:
    assert findings(other)[0].fingerprint != findings(SYSTEM)[0].fingerprint  # type: ignore[arg-type]  # parametrized


def test_a_fingerprint_does_not_depend_on_allowances() -> None:
    tables = (a_table(), a_table("payments"))
    system = a_system(*tables, an_access(), an_access(table="payments", statement=2, place=a_place(line=9)))
    before = {one.table.name: one.fingerprint for one in findings(system)}
    after = findings(system, configuration=a_configuration(an_allowance()))
    assert [(one.table.name, one.fingerprint) for one in after] == [("payments", before["payments"])]


def test_findings_are_sorted_by_path_line_rule_and_table_whatever_the_order_of_the_facts() -> None:
    tables = (a_table(), a_table("accounts"))
    uses = [
        an_access(place=a_place("b.py", 1), statement=1),
        an_access(place=a_place("a.py", 9), statement=2),
        an_access(place=a_place("a.py", 9), statement=2, table="accounts"),
        an_access(place=a_place("a.py", 9), statement=2, shape="star"),
        an_access(place=a_place("a.py", 2), statement=3),
    ]
    rules = [a_rule("shape", name="fragile-read", id="DBL203"), a_rule()]
    found = findings(a_system(*tables, *uses), rules=rules)
    assert [(one.place.path, one.place.line, one.id, one.table.name) for one in found] == [
        ("a.py", 2, "DBL101", "invoices"),
        ("a.py", 9, "DBL101", "accounts"),
        ("a.py", 9, "DBL101", "invoices"),
        ("a.py", 9, "DBL203", "invoices"),
        ("b.py", 1, "DBL101", "invoices"),
    ]
    assert findings(a_system(*tables, *reversed(uses)), rules=list(reversed(rules))) == found


def test_the_severity_of_a_pair_replaces_that_of_the_rule_and_the_last_entry_counts() -> None:
    place = Place("dblint.yaml", 1)
    every = PairSeverity("*", "*", "note", place)
    pair = PairSeverity("ord*", "billing", "warning", place, rule="DBL101")
    other = PairSeverity("orders", "crm", "error", place)
    (found,) = findings(SYSTEM, configuration=Configuration(severities=(every, pair, other)))
    assert found.severity == "warning"
