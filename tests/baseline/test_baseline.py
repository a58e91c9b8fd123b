from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dblint.baseline import FOLDER, Applied, Baseline, BaselineError, Entry, Key, applied, pruned, read, rendered, updated
from dblint.model.facts import TableId
from dblint.model.findings import Finding
from dblint.model.place import Place
from tests.report.factory import FOREIGN_READ

EMPTY = Baseline()
FILES = ("orders/app.py", "orders/other.py")


def finding(line: int = 8, path: str = "orders/app.py", **others: Any) -> Finding:
    made = replace(FOREIGN_READ, place=Place(path, line), mode="read", fingerprint=f"{path}:{line}")
    return replace(made, **others)


def grown(*findings: Finding, was: Baseline = EMPTY, **others: object) -> Baseline:
    """The baseline after an update."""
    now = applied(was, findings, FILES)
    strict = others.get("strict", ())
    assert isinstance(strict, tuple)
    return updated(was, now, Baseline(), strict=strict)[0]


def again(root: Path, baseline: Baseline) -> Baseline:
    """The baseline after being written and read."""
    for name, text in rendered(baseline).items():
        (root / FOLDER).mkdir(parents=True, exist_ok=True)
        (root / FOLDER / name).write_bytes(text.encode())
    return read(root)


def open_lines(found: Applied) -> list[int]:
    return [one.place.line for one in found.findings if not one.baselined]


def test_what_is_accepted_is_marked_and_one_more_is_not() -> None:
    was = grown(finding(8), finding(20))
    assert open_lines(applied(was, [finding(9), finding(21)], FILES)) == []
    assert open_lines(applied(was, [finding(9), finding(21), finding(30)], FILES)) == [30]


def test_of_equal_findings_the_known_ones_are_accepted_first() -> None:
    was = grown(finding(8))
    found = applied(was, [finding(3), finding(8)], FILES, known={finding(8).fingerprint})
    assert open_lines(found) == [3]


@pytest.mark.parametrize(
    "other",
    [
        {"rule": "fragile-read"},
        {"service": "catalog"},
        {"table": TableId("sql", None, None, "customers")},
        {"table": TableId("mongodb", None, None, "invoices")},
        {"mode": "write"},
        {"path": "orders/other.py"},
    ],
)
def test_another_rule_service_table_mode_or_file_is_not_accepted(other: dict[str, Any]) -> None:
    path = other.pop("path", "orders/app.py")
    found = applied(grown(finding()), [finding(path=str(path), **other)], FILES)
    assert open_lines(found) == [8]
    assert [stale.found for stale in found.stale] == [0]


def test_a_renamed_file_keeps_what_was_accepted_in_it() -> None:
    was = grown(finding(8, "orders/gone.py"), finding(9, "orders/gone.py"))
    found = applied(was, [finding(8), finding(9), finding(10)], FILES)
    assert open_lines(found) == [10]
    assert not found.stale
    assert [(entry.key.path, entry.count) for entry in found.needed] == [("orders/app.py", 2)]


def test_a_finding_about_a_whole_service_may_show_anywhere() -> None:
    shared: dict[str, Any] = {
        "rule": "shared-database",
        "mode": "other",
        "table": TableId("sql", "postgresql://db/shop", None, "*"),
    }
    found = applied(grown(finding(**shared)), [finding(path="orders/other.py", **shared)], FILES)
    assert open_lines(found) == []
    assert not found.stale


def test_what_is_solved_is_stale_unless_its_file_could_not_be_read() -> None:
    was = grown(finding(8), finding(9), finding(8, "orders/other.py"))
    found = applied(was, [finding(8)], FILES, unread={"orders/other.py"})
    assert [(stale.entry.key.path, stale.entry.count, stale.found) for stale in found.stale] == [("orders/app.py", 2, 1)]
    after = pruned(was, found, Baseline())
    assert [(entry.key.path, entry.count) for entry in after.entries] == [("orders/app.py", 1), ("orders/other.py", 1)]


def test_suppressed_findings_need_no_baseline() -> None:
    assert grown(finding(suppressed="a reason")) == Baseline()


@pytest.mark.parametrize("strict", ["orders", "billing"])
def test_nothing_is_added_for_a_strict_service_on_either_side(strict: str) -> None:
    was = grown(finding(8))
    now = applied(was, [finding(8), finding(9)], FILES)
    after, refused = updated(was, now, Baseline(unresolved=(("orders", 2),)), strict={strict})
    assert [(entry.key.path, entry.count) for entry in after.entries] == [("orders/app.py", 1)]
    assert [one.place.line for one in refused] == [9]
    assert after.unresolved == (() if strict == "orders" else (("orders", 2),))


def test_coverage_is_accepted_by_an_update_and_only_tightened_by_pruning() -> None:
    nothing = applied(Baseline(), (), FILES)
    today = Baseline(unresolved=(("orders", 2), ("billing", 9)), unread=(("a.sql", "too-large"),))
    assert updated(Baseline(), nothing, today, strict=())[0].unresolved == (("billing", 9), ("orders", 2))
    was = Baseline(unresolved=(("orders", 5), ("billing", 1)), unread=(("b.sql", "too-large"),))
    assert pruned(was, nothing, today) == Baseline(unresolved=(("billing", 1), ("orders", 2)))


def test_an_entry_moves_to_the_file_of_the_new_owner() -> None:
    after = grown(finding(owner="finance"), was=grown(finding()))
    assert [entry.owner for entry in after.entries] == ["finance"]


def test_a_baseline_is_sorted_holds_no_line_numbers_and_is_read_as_it_was_written(tmp_path: Path) -> None:
    findings = [
        finding(8),
        finding(99),
        finding(7, "orders/other.py"),
        finding(owner=None, table=TableId("sql", None, "x", "a b")),
    ]
    baseline = replace(grown(*findings), unresolved=(("", 1), ("orders", 2)), unread=(("a: #b.sql", "too-large"),))
    assert rendered(grown(*reversed(findings))).items() <= rendered(baseline).items()
    files = rendered(baseline)
    assert sorted(files) == ["_coverage.yaml", "_unowned.yaml", "billing.yaml"]
    assert "99" not in "".join(files.values())
    assert "dblint baseline update" in files["billing.yaml"]
    assert rendered(again(tmp_path, baseline)) == files


@pytest.mark.parametrize(
    "names",
    [
        ("Orders", "orders"),
        ("_coverage", "../../etc/passwd"),
        ("a/b", "a:b"),
        ("", "."),
        ("a\nb: c", "münchen"),
        ("null", "1"),
        ("# x", "con\u202e"),
    ],
)
def test_any_two_services_have_files_of_their_own_inside_the_folder(tmp_path: Path, names: tuple[str, str]) -> None:
    baseline = grown(*(finding(owner=name, service=name, mode=str(index)) for index, name in enumerate(names)))
    files = rendered(baseline)
    assert len({name.casefold() for name in files}) == 2
    assert all("/" not in name and not name.startswith(("_", ".")) for name in files)
    assert {(entry.owner, entry.key) for entry in again(tmp_path, baseline).entries} == {
        (entry.owner, entry.key) for entry in baseline.entries
    }


def test_a_folder_without_a_baseline_accepts_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == Baseline()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("version: 1\nowner: billing\naccepted:\n- rule: x\n  service: [a\n", "6:1"),
        ("<<<<<<< HEAD\nversion: 1\n", "2:8"),
        ("version: 2\n", "1:10"),
        ("[]", "1:1"),
        ("", "1:1"),
        ("version: 1\naccepted: {}\n", "2:11"),
        ("version: 1\naccepted: [7]\n", "2:12"),
        ("version: 1\naccepted: [{rule: a, service: b, table: c, mode: d, files: [e]}]\n", "2:60"),
        ("version: 1\naccepted: [{rule: a, service: b, table: c, mode: d, files: {e: 0}}]\n", "2:64"),
        ("version: 1\naccepted: [{rule: a, service: b, table: c, mode: d, files: {e: many}}]\n", "2:64"),
        ("version: 1\naccepted: [{rule: a, service: b, table: c, files: {e: 1}}]\n", "2:12"),
        ("version: 1\naccepted: [{rule: a, service: b, table: c, mode: [d], files: {e: 1}}]\n", "2:50"),
        ("version: 1\nacepted: []\n", "2:1"),
        ("version: 1\nunresolved: {a: -1}\n", "2:17"),
    ],
)
def test_a_damaged_baseline_is_refused_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "billing.yaml").write_text(text)
    with pytest.raises(BaselineError) as raised:
        read(tmp_path)
    assert str(raised.value).splitlines()[0].startswith(f"{FOLDER}/billing.yaml:{place} ")


def test_keys_are_plain_words() -> None:
    (entry,) = grown(finding()).entries
    assert entry == Entry(Key("cross-service-read", "orders", "invoices", "read", "orders/app.py"), 1, "billing", Place("", 1))
