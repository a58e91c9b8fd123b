"""The HTML report by its text; `test_browser` looks at it as a person does."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from dblint.report import REPORT
from dblint.report.ownership.html import CYTOSCAPE, _asset
from tests.report.large import large_system, ownership
from tests.report.pages import NAMES, PAGES, html, named


class Reader(HTMLParser):
    """Tags, ids, links and inline texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._in, data))


EVERY_PAGE = pytest.mark.parametrize("make", PAGES.values(), ids=PAGES)


@EVERY_PAGE
def test_every_link_leads_to_a_place_in_the_page(make: object) -> None:
    read = Reader(make())  # type: ignore[operator]  # one of PAGES
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] or "" for tag, attributes in read.tags if tag == "a"]
    assert links
    assert {link for link in links if link[:1] != "#" or link[1:] not in ids} == set()


@EVERY_PAGE
def test_the_policy_admits_our_style_and_script_and_nothing_else(make: object) -> None:
    text = make()  # type: ignore[operator]  # one of PAGES
    read = Reader(text)
    (policy,) = [a["content"] or "" for tag, a in read.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    inline = re.findall(r"<(style|script)>(.*?)</\1>", text, re.DOTALL)
    inline += re.findall(r"<(style) id=\"__________cytoscape_stylesheet\">(.*?)</style>", text, re.DOTALL)
    assert any(tag == "style" for tag, _ in inline)
    for _, code in inline:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" in policy
    assert not [a for _, a in read.tags if "style" in a or any(name.startswith("on") for name in a)]
    assert not [a for _, a in read.tags if "src" in a]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
def test_a_hostile_name_is_only_text(name: str) -> None:
    facts = named(name)
    for format_ in REPORT:
        text = REPORT[format_](ownership(facts))
        text = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)  # our own, in which names never stand
        assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202e\ud800-\udfff]", text)
    text = html(facts)
    assert [tag for tag, _ in Reader(text).tags].count("script") == 5
    assert not [tag for tag, _ in Reader(text).tags if tag == "img"]


def test_a_page_of_a_hundred_services_and_two_thousand_tables_stays_small() -> None:
    assert len(html(large_system(100, 2000)).encode()) < 2_000_000


def test_the_graph_library_is_the_published_one_with_its_licence() -> None:
    # npm cytoscape 3.35.0, dist/cytoscape.min.js
    published = "71fa9ebec21a7ca2c40cff6aacc30d1f6464e363662ad4b2c197e1adc770cd94"
    assert hashlib.sha256(_asset(CYTOSCAPE).encode()).hexdigest() == published
    assert "Permission is hereby granted, free of charge" in _asset("vendor/cytoscape.LICENSE")
    assert "Permission is hereby granted, free of charge" in html(large_system(3, 30))


def test_a_page_without_coupling_does_not_carry_the_graph_library() -> None:
    assert len(html(large_system(1, 3)).encode()) < 100_000
