"""What code of Go selects, and with how many values it calls that."""

import pytest

from dblint.extract.selections import selections


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x.Save", [".Save"]),
        ("x.Save()", [".Save(0)"]),
        ("x.Save(\n\ta,\n\tb, // not, this\n)", [".Save(2)"]),
        ('x.Save("a, b", c[d], f(g(1, 2), 3))', ['.Save("3)']),
        ("x.Save(-1, a)", ['.Save("2)']),
        ("x.Save(func() { y.Drop(1) })", ['.Drop("1)', ".Save"]),
        ("x.Save(all...)", [".Save"]),
        ("// Clients of orders.\nSave(ctx)", []),
        ("dc := clients.New(a)\ndc.Save(b)\nother.Save(b)", [".New(1)", ".Save(1)", ".Save(1)@clients"]),
    ],
)
def test_a_selection_says_how_many_values_are_passed(text: str, expected: list[str]) -> None:
    assert selections(text, {"clients"}) == expected
