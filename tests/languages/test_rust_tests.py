"""What only tests run is no code of the service, though it stands in its files."""

import pytest

from dblint.languages.rust.testing import without_tests

KEPT = 'fn run() {\n    execute("select 1 from orders");\n}\n'


@pytest.mark.parametrize(
    "tested",
    [
        '#[cfg(test)]\nmod tests {\n    use super::*;\n    fn f() { execute("delete from orders"); }\n}\n',
        '#[cfg(all(test, feature = "db"))]\npub mod tests {\n    fn f() { g("}"); h(\'}\'); } // }\n}\n',
        '#[tokio::test(flavor = "x")]\n#[ignore]\nasync fn inserts() {\n    execute(r#"insert into "orders" }"#);\n}\n',
        '#[sqlx::test]\nfn f(a: [u8; 4]) -> [u8; 4] {\n    execute("delete from orders");\n    a\n}\n',
        "#[cfg(test)]\nuse crate::events::insert_trade;\n",
        "#[cfg(test)]\nmod tests;\n",
    ],
)
def test_items_that_only_tests_run_are_blank_and_lines_stay(tested: str) -> None:
    found = without_tests(KEPT + tested + KEPT)
    assert [line.rstrip() for line in found.split("\n")] == (KEPT + "\n" * tested.count("\n") + KEPT).split("\n")


def test_a_file_that_only_tests_have_is_blank() -> None:
    assert not without_tests("#![cfg(test)]\nfn f() {}\n").strip()


def test_a_field_that_only_tests_have_ends_at_its_comma_or_with_its_struct() -> None:
    found = without_tests(
        "struct A {\n    #[cfg(test)]\n    pub seen: Vec<u8>,\n    id: i64,\n    #[cfg(test)] last: u8\n}\nfn f() {}\n"
    )
    assert "".join(found.split()) == "structA{id:i64,}fnf(){}"


@pytest.mark.parametrize(
    ("tested", "kept"),
    [
        ("enum A {\n    #[cfg(test)]\n    One { id: u8 },\n    Two,\n}\nfn f() {}\n", "enumA{Two,}fnf(){}"),
        ("match a {\n    #[cfg(test)]\n    A::One { .. } => vec![],\n    A::Two => b,\n}\n", "matcha{A::Two=>b,}"),
        ("match a {\n    #[cfg(test)]\n    A::One => { f() }\n    A::Two => b,\n}\n", "matcha{A::Two=>b,}"),
        ("fn f() {\n    #[cfg(test)]\n    { g(); }\n    h();\n}\n", "fnf(){h();}"),
    ],
)
def test_a_variant_or_an_arm_with_braces_ends_behind_its_comma(tested: str, kept: str) -> None:
    assert "".join(without_tests(tested).split()) == kept


@pytest.mark.parametrize(
    "other", ["#[cfg(not(test))]\nfn f() {}\n", '#[cfg(feature = "test")]\nfn f() {}\n', "#[attest]\nfn f() {}\n"]
)
def test_other_conditions_keep_the_code(other: str) -> None:
    assert without_tests(other) == other


def test_space_and_comments_before_what_is_no_item_are_passed_over_once() -> None:
    """Each split of the space was tried: janus' datastore.rs took more than a minute, and was not read."""
    before = "#[cfg(test)]\n" + " " * 200 + "// seen by tests\n" * 20 + " " * 200
    assert without_tests(f"struct A {{\n{before}last: u8\n}}\n").split() == ["struct", "A", "{", "}"]
