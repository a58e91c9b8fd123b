"""What other programs read is what they accept; the schema of SARIF is vendored, the others are stated here."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema
from markdown_it import MarkdownIt
from msgspec.structs import replace

from dblint.cli.application import CHECK_FORMATS
from dblint.model.facts import Evidence, TableId
from dblint.model.place import Place
from dblint.report import CHECK, View
from dblint.report.escape import cell, code, markdown, uri, workflow_data, workflow_property
from dblint.report.sources import Sources
from dblint.report.view import Report
from tests.report.factory import FINDINGS, FOREIGN_READ, RULES, report, system, tree, write_shop
from tests.report.test_reports import hostile_report

JUNIT = xmlschema.XMLSchema(str(Path(__file__).parent / "schemas" / "junit-10.xsd"))
SARIF = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))

# GitLab, "Code Quality report format": the keys that it needs and the severities that it knows.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}

# reviewdog, proto/rdf/reviewdog.proto: DiagnosticResult. An unknown key makes reviewdog refuse the document.
RDJSON = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "additionalProperties": False,
    "properties": {
        "source": {"type": "object", "properties": {"name": {"type": "string"}}, "additionalProperties": False},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["message", "location"],
                "properties": {
                    "message": {"type": "string", "minLength": 1},
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {"type": "object", "properties": {"value": {"type": "string"}}, "additionalProperties": False},
                    "location": {
                        "type": "object",
                        "required": ["path", "range"],
                        "additionalProperties": False,
                        "properties": {
                            "path": {"type": "string"},
                            "range": {
                                "type": "object",
                                "properties": {
                                    "start": {"type": "object", "properties": {"line": {"type": "integer", "minimum": 1}}}
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}

REPORTS = {"findings": report(*FINDINGS), "nothing": report(), "hostile": hostile_report()}
EVERY_REPORT = pytest.mark.parametrize("given", REPORTS.values(), ids=REPORTS)
EVERY_FORMAT = pytest.mark.parametrize("format_", CHECK)


def test_the_command_line_offers_every_format() -> None:
    assert set(CHECK_FORMATS) == set(CHECK)


def sarif(given: Report, view: View | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CHECK["sarif"](given, view or View()))
    return found


def results(given: Report, view: View | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sarif(given, view)["runs"][0]["results"]
    return found


@EVERY_REPORT
def test_sarif_is_what_oasis_says_it_is(given: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(SARIF)
    checker = jsonschema.Draft202012Validator(SARIF, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in checker.iter_errors(sarif(given))] == []


@EVERY_REPORT
def test_gitlab_gets_issues_as_it_wants_them(given: Report) -> None:
    jsonschema.validate(json.loads(CHECK["gitlab"](given, View())), GITLAB)


@EVERY_REPORT
def test_reviewdog_gets_diagnostics_as_it_wants_them(given: Report) -> None:
    jsonschema.validate(json.loads(CHECK["rdjson"](given, View())), RDJSON)


@EVERY_REPORT
def test_junit_is_what_jenkins_reads(given: Report) -> None:
    assert [error.reason for error in JUNIT.iter_errors(CHECK["junit"](given, View()))] == []


@EVERY_REPORT
def test_junit_counts_are_those_of_its_cases(given: Report) -> None:
    root = ET.fromstring(CHECK["junit"](given, View()))  # noqa: S314 - our own output
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        names = [(case.get("classname"), case.get("name")) for case in suite]
        assert len(names) == len(set(names)) == int(suite.get("tests", ""))
        assert len(suite.findall("testcase/failure")) == int(suite.get("failures", ""))
        assert len(suite.findall("testcase/error")) == int(suite.get("errors", ""))
        assert {child.tag for case in suite for child in case} <= {"failure", "error", "skipped", "system-out"}
    assert int(root.get("tests", "")) == sum(int(suite.get("tests", "")) for suite in root)


@EVERY_FORMAT
@EVERY_REPORT
def test_every_format_says_how_much_was_read(format_: str, given: Report) -> None:
    text = CHECK[format_](given, View())
    assert "read 412 of 415 files" in text.replace("\\u00b7", "·") or '"files_read": 412' in text


@EVERY_FORMAT
def test_every_format_names_the_files_that_were_not_analysed(format_: str) -> None:
    if format_ != "json":  # `dblint facts` has them: the findings document is agreed
        assert "orders/huge.sql" in CHECK[format_](report(), View())


def test_a_sarif_result_has_what_github_asks_for(tmp_path: Path) -> None:
    view = View(sources=Sources(write_shop(tmp_path)))
    (run,) = sarif(report(*FINDINGS), view)["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["id"] == "DBL101"
    assert rule["help"]["text"]
    assert rule["help"]["markdown"].startswith("# cross-service-read")
    assert "helpUri" not in rule
    first = next(r for r in run["results"] if r["ruleId"] == "DBL101")
    assert first["ruleIndex"] == 0
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "orders/app.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 8, "startColumn": 50, "endLine": 8, "endColumn": 58}
    assert first["partialFingerprints"]["primaryLocationLineHash"] == "f1-2:1"
    assert first["relatedLocations"][0]["id"] == 1
    assert "](1)" in first["message"]["text"]


def test_fingerprints_are_unique_where_a_host_shows_one_of_each_only() -> None:
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results(report(*FINDINGS))]
    assert len(prints) == len(set(prints)) == len(FINDINGS)
    issues = json.loads(CHECK["gitlab"](report(*FINDINGS), View()))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_a_suppressed_result_says_why() -> None:
    found = [r["suppressions"] for r in results(report(*FINDINGS)) if r["suppressions"]]
    assert found == [[{"kind": "inSource", "justification": "the monthly report, until the API has totals"}]]


def test_results_say_whether_they_are_new_only_where_there_is_a_baseline() -> None:
    assert all("baselineState" not in result for result in results(report(*FINDINGS)))
    old = report(FOREIGN_READ, replace(FOREIGN_READ, place=Place("orders/app.py", 99), baselined=True))
    assert [result["baselineState"] for result in results(old)] == ["new", "unchanged"]


def test_what_was_not_analysed_is_a_notification_of_the_run() -> None:
    (invocation,) = sarif(report())["runs"][0]["invocations"]
    places = [
        (told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], told["message"]["text"])
        for told in invocation["toolExecutionNotifications"]
        if "locations" in told
    ]
    assert ("orders/huge.sql", "Not analysed: orders/huge.sql: too-large.") in places


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a b/ü.py", "a%20b/%C3%BC.py"),
        ("a:b/c#d?e%f", "a%3Ab/c%23d%3Fe%25f"),
        ("x\udcff.py", "x%FF.py"),
        ("x\ud800", "x%5Cud800"),
        ("[a]<b>\n", "%5Ba%5D%3Cb%3E%0A"),
    ],
)
def test_a_path_is_percent_encoded(path: str, expected: str) -> None:
    assert uri(path) == expected


def test_brackets_in_names_make_no_links_in_sarif() -> None:
    told = replace(FOREIGN_READ, message="reads [x](https://evil)", evidence=(), remedy="")
    (result,) = results(report(told))
    assert result["message"]["text"] == "reads \\[x\\](https://evil)."


@pytest.mark.parametrize(
    ("text", "data", "property_"),
    [
        ("100%", "100%25", "100%25"),
        ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
        ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
        ("::error::x", "::error::x", "%3A%3Aerror%3A%3Ax"),
    ],
)
def test_a_workflow_command_holds_any_text(text: str, data: str, property_: str) -> None:
    assert (workflow_data(text), workflow_property(text)) == (data, property_)


def named(name: str) -> Report:
    """A report in which everything that the tree can name has this name."""
    place = Place(name, 3)
    evil = replace(
        FOREIGN_READ,
        service=name,
        owner=name,
        table=TableId("sql", name, name, name),
        place=place,
        message=name,
        remedy=name,
        evidence=(Evidence("model", Place(name, 4), name),),
    )
    return Report(tree(problems=()), system(problems=()), (evil,), RULES)


HOSTILE_NAMES = [
    "a\x00\x1b[2Jb",
    "a\u202etxt.exe",
    "a|b",
    "a`b``c",
    "]]>",
    "</failure><script>",
    '=HYPERLINK("https://evil")',
    "x\n::error file=a::b",
    "##vso[task.setvariable variable=a]b",
    "##[error]b",
    "![a](https://evil/x.png)",
    "<img src=x onerror=alert(1)>",
    "@everyone",
    "\ufffe\uffff\udcff",
    "--> <!--",
    "a" * 10_000,
]
EVERY_NAME = pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: ascii(name)[:30])


@EVERY_FORMAT
@EVERY_NAME
def test_no_name_breaks_a_format(format_: str, name: str) -> None:
    text = CHECK[format_](named(name), View())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\ud800-\udfff]", text)
    text.encode()
    if format_ in ("json", "sarif", "gitlab", "rdjson"):
        json.loads(text)
    elif format_ == "jsonl":
        assert [json.loads(line)["type"] for line in text.splitlines()] == ["finding", "coverage"]


@EVERY_NAME
def test_no_name_gives_commands_to_a_ci_host(name: str) -> None:
    commands = [line for line in CHECK["github"](named(name), View()).splitlines() if line]
    assert [line.split(" ")[0] for line in commands] == ["::error", "::notice"]
    issues = CHECK["azure"](named(name), View()).splitlines()
    assert [line.startswith("##vso[task.logissue type=error;") for line in issues] == [True, False]
    head = issues[0].partition("]")[0]
    assert head.count(";") == 4
    note = replace(named(name), findings=(replace(named(name).findings[0], severity="note"),))
    assert "##" not in CHECK["azure"](note, View())


@EVERY_NAME
def test_no_name_is_markup_in_junit(name: str) -> None:
    root = ET.fromstring(CHECK["junit"](named(name), View()))  # noqa: S314 - our own output
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "system-out"}


@EVERY_NAME
def test_no_name_is_markup_in_markdown(name: str) -> None:
    text = CHECK["markdown"](named(name), View())
    assert len(text) < 65_536
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    assert set(re.findall(r"<(\w+)", html)) <= {
        "h3", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "ul", "li", "code", "strong", "p", "br",
    }  # fmt: skip
    assert html.count("<td>") in (0, 4)
    outside = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    assert not re.search(r"@\w", outside)


def test_long_reports_stay_within_what_a_host_takes() -> None:
    many = [replace(FOREIGN_READ, place=Place(f"orders/{number}.py", 1), fingerprint=str(number)) for number in range(5000)]
    text = CHECK["markdown"](report(*many), View())
    assert len(text) < 65_536
    assert "more findings" in text
    assert text.rstrip().splitlines()[-1].startswith("not read: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a_b", "a\\_b"), ("<b>&", "&lt;b&gt;&amp;"), ("@team #1", "@<!-- -->team #<!-- -->1"), ("a|b", "a\\|b")],
)
def test_text_in_markdown_is_only_text(text: str, expected: str) -> None:
    assert markdown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("a", "`a`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("a|b", "`a\\|b`"), ("", "`   `")]
)
def test_a_code_span_holds_any_text(text: str, expected: str) -> None:
    assert code(text) == expected


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", '=HYPERLINK("https://evil")', " =1"])
def test_a_spreadsheet_takes_no_name_for_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell("orders") == "orders"
