import pytest

from dblint.queryfiles.jinja import VARIANTS, is_template, sections
from tests.queryfiles.reading import statuses, uses

CASES = [
    ("select * from {% if x %}a{% else %}b{% endif %} t", ["select a @1", "select b @1"]),
    ("select * from {% if x %}a{% elif y %}b{% else %}c{% endif %}", ["select a @1", "select b @1", "select c @1"]),
    ("select * from a {% if x %} join b on a.id = b.id {% endif %}", ["select a @1", "select b @1"]),
    (
        "{% for t in ['a', 'b'] %}select * from {{ t }}{% if not loop.last %} union all {% endif %}{% endfor %}",
        ["select a @1", "select b @1"],
    ),
    ("{% set t = 'orders' %}select * from {{ t }}", ["select orders @1"]),
    ("{% set ts = ['a', 'b'] %}{% for t in ts %}delete from {{ t }};{% endfor %}", ["delete a @1", "delete b @1"]),
    ("{% set s = 'raw' if prod else 'dev' %}\nselect 1 from {{ s }}.orders", ["select raw.orders @2", "select dev.orders @2"]),
    ("select 1 from {{ s | default('raw') }}.orders", ["select raw.orders @1"]),
    ("select 1 from {{ 'raw_' ~ 'orders' }}", ["select raw_orders @1"]),
    ("select 1 from {{ var('t', 'orders') }}", ["select orders @1"]),
    ("select 1 from {{ schema }}.orders where day = '{{ ds }}'", ["select *.orders @1"]),
    (
        "{% if x %}with w as (select 1 from a){% endif %} select 1 from b {% if x %}join w on true{% endif %}",
        ["select a @1", "select b @1"],
    ),
    ("select 1 from {% if x %}a{% endif %}{% if not x %}b{% endif %}", ["select a @1", "select b @1"]),
    ("select 1 from {% if not x %}a{% else %}b{% endif %}", ["select a @1", "select b @1"]),
    ("{# select 1 from hidden #}select 1 from shown", ["select shown @1"]),
    ("{% raw %}select '{{' from a{% endraw %}", ["select a @1"]),
    ("select {{ ',' }} 1 from a where b in ({{ ids | join(',') }})", ["select a @1"]),
    ("{% set q %}\nselect 1 from asked\n{% endset %}select 1 from outer_one", ["select asked @2", "select outer_one @3"]),
    ("{%- if x -%} select 1 from a {%- endif -%}", ["select a @1"]),
    ("select 1 from a {% endif %} where {{", ["select a @1"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_template_is_read_with_everything_it_can_come_to(text: str, expected: list[str]) -> None:
    assert sorted(set(uses(text))) == sorted(expected)


def test_an_unknown_table_is_told_and_the_known_one_kept() -> None:
    text = "select * from {{ table }} t join orders o on o.id = t.id"
    assert statuses(text) == ["dynamic"]
    assert uses(text) == ["select orders @1"]


@pytest.mark.parametrize(
    "text", ['insert into t values (\'{"a":{"b":{}}}\')', "select '{#fff' from a", "select 1 from a -- {%"]
)
def test_braces_of_json_open_no_tag(text: str) -> None:
    assert statuses(text) == ["understood"]


@pytest.mark.parametrize("text", ["{{" * 5000, "{% if x %}" * 5000, "{% for a in " + "[" * 3000, "{{ " + "(" * 3000 + " }}"])
def test_a_hostile_template_is_read_in_no_time(text: str) -> None:
    sections(text)


def test_a_template_with_many_ways_on_is_read_in_a_bounded_number_of_them() -> None:
    text = "{% for t in [" + ", ".join(f"'t{number}'" for number in range(500)) + "] %}select 1 from {{ t }}{% endfor %}"  # noqa: S608 -- read, never run
    assert len(sections(text)[0].renderings) == VARIANTS


def test_the_place_of_a_piece_is_that_in_the_template() -> None:
    text = "{% set long = 'a_very_long_name_of_a_schema' %}\nselect 1\nfrom {{ long }}.orders\njoin items on true"
    assert uses(text) == ["select a_very_long_name_of_a_schema.orders @3", "select items @4"]


def test_plain_sql_is_no_template() -> None:
    assert not is_template("select * from a where b = '{{1,2},{3,4}}'")
