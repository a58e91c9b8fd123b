"""The HTML report as a person meets it: looked at by Chromium where it is installed, by its text everywhere."""

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.report import REPORT
from tests.report.browser import PROGRAM, Page, chromium
from tests.report.factory import system, tree
from tests.report.large import large_system, ownership
from tests.report.test_reports import HOSTILE, hostile_report

NAMES = [
    HOSTILE,
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "x" * 10_000,
]


def html(facts: System, of: Tree | None = None) -> str:
    return REPORT["html"](ownership(facts, of))


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


PAGES = {
    "two services": lambda: html(system(), tree()),
    "nothing": lambda: html(System(), Tree("root", (), (), (), ())),
    "no coupling": lambda: html(large_system(3, 3)),
    "hostile": lambda: html(hostile_report().system, hostile_report().tree),
    "large": lambda: html(large_system(20, 200)),
}
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
    facts = large_system(2, 4)
    given = facts.tables[0].id
    evil = replace(given, name=name, database=name)
    accesses = tuple(replace(a, table=evil if a.table == given else a.table, service=name) for a in facts.accesses)
    tables = tuple(replace(t, id=evil if t.id == given else t.id) for t in facts.tables)
    for format_ in REPORT:
        text = REPORT[format_](ownership(replace(facts, tables=tables, accesses=accesses)))
        text = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)  # our own, in which names never stand
        assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202e\ud800-\udfff]", text)
    text = html(replace(facts, tables=tables, accesses=accesses))
    assert [tag for tag, _ in Reader(text).tags].count("script") == 5
    assert not [tag for tag, _ in Reader(text).tags if tag == "img"]


def test_a_page_of_a_hundred_services_and_two_thousand_tables_stays_small() -> None:
    assert len(html(large_system(100, 2000)).encode()) < 2_000_000


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if PROGRAM is None:
        pytest.skip("Chromium is not installed: what the page does in a browser is not tested here")
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def opened(page: Page, folder: Path, text: str) -> Page:
    file = folder / "report.html"
    file.write_text(text, "utf-8")
    page.noise.clear()
    page.open(file)
    return page


@EVERY_PAGE
def test_a_browser_has_nothing_to_complain_about(make: object, page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, make())  # type: ignore[operator]  # one of PAGES
    assert page.noise == []
    for width in (1280, 390):
        page.send("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
        assert page.do("document.documentElement.scrollWidth - innerWidth") <= 0


ROWS = "[...document.querySelectorAll('#matrix tbody tr:not(.group) th')].map(e => e.textContent)"


def test_the_matrix_filters_sorts_and_opens_places(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, html(large_system(20, 200)))
    everything = page.do(ROWS)
    assert len(everything) > 50
    page.do("filter.value = 'table_0003'; filter.oninput()")
    assert page.do(ROWS) == ["public.table_0003"] or page.do(ROWS) == ["table_0003"]
    page.do("filter.value = ''; filter.oninput()")
    page.do("document.querySelector('#matrix thead button').click()")
    names = page.do(ROWS)
    assert names == sorted(names)
    page.do("document.querySelectorAll('#matrix thead .up')[2].click()")
    assert page.do("document.querySelector('[aria-sort]').getAttribute('aria-sort')") == "descending"
    assert page.do("document.querySelector('#matrix tbody tr').children[3].textContent")
    page.do("document.querySelector('#matrix td button').click()")
    assert page.do("places.open")
    assert re.search(r"repository_\d\.py:\d+", page.do("places.textContent"))
    page.do("every.click()")
    assert page.do("told.textContent") == "150 of 200 tables"
    assert page.noise == []


def test_places_lead_to_the_host_of_the_repository(page: Page, tmp_path: Path) -> None:
    given = replace(ownership(large_system(3, 30)), source="https://github.com/shop/all/blob/c0ffee/")
    opened(page, tmp_path, REPORT["html"](given))
    page.do("document.querySelector('#tables ~ .scroll details').open = true")
    page.wait("!!document.querySelector('#tables ~ .scroll li a')")
    page.do("document.querySelector('#matrix td button').click()")
    wanted = r"https://github\.com/shop/all/blob/c0ffee/services/service-\d+/service_\d+/repository_\d\.py#L\d+"
    assert re.fullmatch(wanted, page.do("document.querySelector('#places li a').href"))
    assert re.fullmatch(wanted, page.do("document.querySelector('#tables ~ .scroll li a').href"))
    assert page.noise == []
