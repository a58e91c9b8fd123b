import json
import re
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

from dblint.model.coverage import Coverage
from dblint.model.facts import Evidence, Problem, Table, TableId
from dblint.model.place import Place
from dblint.model.tree import Service
from dblint.report import CHECK, FACTS, WHO, Report, View
from dblint.report.coverage import closing_line, not_analysed
from tests.report.factory import FINDINGS, FOREIGN_READ, INVOICES, READ, report, system, tree

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"

HOSTILE = "x\x1b[31m\n::error::\r\u202e\u200b\x7f\udcff</script>`|\"'"
EVIL = TableId("sql", HOSTILE, HOSTILE, HOSTILE)


def validated(document: str, text: str) -> dict[str, object]:
    made: dict[str, object] = json.loads(text)
    schema = json.loads((SCHEMAS / f"{document}.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(made, schema, cls=jsonschema.Draft202012Validator)
    return made


def hostile_report() -> Report:
    place = Place(HOSTILE, 3, 2)
    evil = replace(
        FOREIGN_READ,
        service=HOSTILE,
        owner=HOSTILE,
        table=EVIL,
        place=place,
        message=HOSTILE,
        remedy=HOSTILE,
        evidence=(Evidence("model", place, HOSTILE),),
    )
    services = (Service(HOSTILE, HOSTILE, (Evidence("compose", place, HOSTILE),), databases=(HOSTILE,)),)
    facts = system(
        services=services,
        tables=(Table(EVIL, HOSTILE, (HOSTILE,), "guess", (Evidence("model", place, HOSTILE),)),),
        accesses=(replace(READ, service=HOSTILE, table=EVIL, place=place, how=HOSTILE),),
        problems=(Problem(HOSTILE, "syntax-error", 2, HOSTILE),),
    )
    return Report(tree(services=services, problems=(), unsupported=((HOSTILE, 1),)), facts, (evil,))


def test_findings_and_facts_and_who_keep_their_contract() -> None:
    validated("dblint-findings-1", CHECK["json"](report(*FINDINGS), View()))
    validated("dblint-facts-1", FACTS["json"](tree(), system(), View()))
    validated("dblint-who-1", WHO["json"](system(), (INVOICES,), View()))


def test_findings_have_exactly_the_keys_of_the_contract() -> None:
    document = validated("dblint-findings-1", CHECK["json"](report(*FINDINGS), View()))
    assert list(document) == ["schema", "findings", "coverage"]
    findings = document["findings"]
    assert isinstance(findings, list)
    keys = (
        "rule id severity service owner store table database path line message remedy fingerprint evidence suppressed baselined"
    )
    assert [list(finding) for finding in findings] == [keys.split()] * len(FINDINGS)
    assert list(findings[0]["evidence"][0]) == ["path", "line", "message"]


def test_facts_have_exactly_the_keys_of_the_contract() -> None:
    document = json.loads(FACTS["json"](tree(), system(), View()))
    assert list(document) == ["schema", "services", "tables", "accesses", "unresolved", "problems", "coverage"]
    keys = {
        "services": "name path databases",
        "tables": "store database schema name owner contested evidence columns",
        "accesses": "service store database schema table mode columns shape path line how confidence via",
        "unresolved": "service path line reason partial",
        "problems": "path reason line",
    }
    for part, names in keys.items():
        assert {tuple(record) for record in document[part]} == {tuple(names.split())}
    counted = ["files_seen", "files_read", "statements_found", "statements_resolved", "dynamic", "opaque"]
    assert list(document["coverage"]) == counted


def test_every_table_of_a_join_is_an_access_once_more() -> None:
    accesses = json.loads(FACTS["json"](tree(), system(), View()))["accesses"]
    joined = [(a["table"], a["path"], a["line"]) for a in accesses if a["mode"] == "join"]
    assert joined == [("invoices", "orders/app.py", 8), ("orders", "orders/app.py", 8)]


def test_a_table_joined_with_itself_is_no_join_of_several_tables() -> None:
    (join,) = system().joins
    alone = system(joins=(replace(join, tables=(INVOICES, INVOICES)),))
    assert not [a for a in json.loads(FACTS["json"](tree(), alone, View()))["accesses"] if a["mode"] == "join"]


def test_partial_statements_do_not_carry_passwords() -> None:
    (unresolved,) = system().unresolved
    facts = system(unresolved=(replace(unresolved, partial="CREATE USER ⟨?⟩ PASSWORD 'hunter2'"),))
    assert "hunter2" not in FACTS["json"](tree(), facts, View())


@pytest.mark.parametrize("format_", CHECK)
def test_messages_do_not_carry_passwords(format_: str) -> None:
    words = "SELECT dblink('host=db password=hunter2 dbname=shop')"
    told = replace(FOREIGN_READ, message=words, evidence=(Evidence("via", FOREIGN_READ.place, words),))
    assert "hunter2" not in CHECK[format_](report(told), View())


@pytest.mark.parametrize("format_", CHECK)
def test_hostile_names_reach_no_reader_as_control_characters(format_: str) -> None:
    text = CHECK[format_](hostile_report(), View(verbose=True, statistics=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\ud800-\udfff]", text)
    assert "::error::\n" not in text
    text.encode()


@pytest.mark.parametrize("format_", FACTS)
def test_hostile_names_in_facts_are_escaped(format_: str) -> None:
    made = hostile_report()
    for text in (FACTS[format_](made.tree, made.system, View()), WHO[format_](made.system, (EVIL,), View())):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\ud800-\udfff]", text)
        text.encode()


def test_json_of_hostile_names_keeps_the_contract_and_the_name() -> None:
    document = validated("dblint-findings-1", CHECK["json"](hostile_report(), View()))
    findings = document["findings"]
    assert isinstance(findings, list)
    assert findings[0]["table"] == HOSTILE.replace("\udcff", "\\xff")


@pytest.mark.parametrize("format_", ["text", "concise"])
def test_place_rule_and_table_stand_on_one_line(format_: str) -> None:
    text = CHECK[format_](report(*FINDINGS), View())
    for finding in report(*FINDINGS).open_findings:
        words = (f"{finding.place.path}:{finding.place.line}:", finding.rule, finding.id, finding.service, finding.table.name)
        assert any(all(word in line for word in words) for line in text.splitlines())


@pytest.mark.parametrize("format_", ["text", "concise"])
def test_every_unread_file_is_a_line_of_path_and_reason(format_: str) -> None:
    lines = CHECK[format_](report(), View()).splitlines()
    assert "orders/huge.sql: too-large" in lines
    assert "orders/legacy.py: syntax-error (lines 4, 19)" in lines


@pytest.mark.parametrize("format_", ["text", "concise"])
def test_every_report_ends_with_the_coverage(format_: str) -> None:
    for findings in ((), FINDINGS):
        assert CHECK[format_](report(*findings), View(quiet=True)).splitlines()[-1].startswith("read 412 of 415 files (")


def test_the_coverage_line_counts_in_words() -> None:
    coverage = Coverage(files_seen=415, files_read=412, statements_found=1391, statements_resolved=1204, dynamic=118, opaque=69)
    expected = (
        "read 412 of 415 files (3 not analysed) · 1,204 of 1,391 SQL statements resolved (86.6 %) · 118 dynamic · 69 opaque"
    )
    assert closing_line(coverage) == expected


def test_files_that_are_declared_out_are_not_missing() -> None:
    assert closing_line(Coverage(files_seen=10, files_read=6, declared_out=4)).startswith("read 6 of 6 files (0 not analysed)")
    document = json.loads(CHECK["json"](Report(tree(), system(), ()), View()))
    assert (document["coverage"]["files_seen"], document["coverage"]["files_read"]) == (415, 412)


def test_no_statement_at_all_is_said() -> None:
    assert "0 of 0 SQL statements resolved (none found)" in closing_line(Coverage(files_seen=1, files_read=1))


def test_a_quiet_report_says_how_many_notes_it_leaves_out() -> None:
    text = CHECK["text"](report(*FINDINGS), View(quiet=True))
    assert "unresolved-access" not in text
    assert "1 not shown (-q)" in text


def test_suppressed_and_baselined_findings_are_counted_and_not_shown() -> None:
    hidden = report(replace(FOREIGN_READ, suppressed="reason"), replace(FOREIGN_READ, baselined=True))
    text = CHECK["text"](hidden, View())
    assert "cross-service-read" not in text
    assert "no findings (1 suppressed, 1 in the baseline)" in text
    found = json.loads(CHECK["json"](hidden, View()))["findings"]
    assert sorted((f["suppressed"], f["baselined"]) for f in found) == [(False, True), (True, False)]


def test_problems_of_both_stages_are_listed_once() -> None:
    same = Problem("a.py", "too-large")
    assert not_analysed(Report(tree(problems=(same,)), system(problems=(same,)), ()).problems) == ["a.py: too-large"]


def test_only_a_coloured_report_holds_escape_sequences() -> None:
    plain, coloured = (CHECK["text"](report(*FINDINGS), View(colour=colour)) for colour in (False, True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_the_order_of_findings_does_not_matter() -> None:
    for render in CHECK.values():
        assert render(report(*FINDINGS), View()) == render(report(*FINDINGS[::-1]), View())
