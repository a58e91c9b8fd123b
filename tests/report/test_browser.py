"""The HTML report as a person meets it, in Chromium. Without one these tests are skipped; `.ci/run` installs it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from dblint.graph import Coupling, survey
from dblint.model.findings import Finding
from dblint.report import REPORT
from dblint.report.ownership.trend import earlier, trend
from tests.report.browser import PROGRAM, Page, chromium
from tests.report.factory import FOREIGN_READ, system, tree
from tests.report.large import large_system, ownership
from tests.report.pages import PAGES, html

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
EVERY_PAGE = pytest.mark.parametrize("make", PAGES.values(), ids=PAGES)
LARGE = large_system(100, 2000)
DRAWN = "graph._cyreg.cy"
FOCUS = "document.getElementById('focus')"


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
    look(page)
    page.open(file)
    return page


def look(page: Page, width: int = 1280, scheme: str = "light") -> None:
    page.send("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 500)
    page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])


@EVERY_PAGE
def test_a_browser_has_nothing_to_complain_about(make: Callable[[], str], page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, make())
    for width in (1280, 390):
        look(page, width)
        assert page.do("document.documentElement.scrollWidth - innerWidth") <= 0
    for number in range(page.do("document.querySelectorAll('.service').length")):
        page.do(f"location.hash = document.querySelectorAll('.service h2')[{number}].id")
        page.wait("document.querySelectorAll('.service.shown').length === 1")
        assert page.do("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.noise == []


@pytest.mark.parametrize(
    ("name", "scheme"), [*((name, "light") for name in PAGES if name != "large"), ("two services", "dark"), ("trend", "dark")]
)
def test_axe_finds_nothing_serious(name: str, scheme: str, page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, with_trend() if name == "trend" else PAGES[name]())
    look(page, scheme=scheme)
    page.do(f"{AXE}; 0")
    for place in ("#top", "#s1"):
        page.do(f"location.hash = '{place}'")
        found = page.promised(
            "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map("
            "one => [one.impact, one.id, one.nodes[0].html.slice(0, 200)]))"
        )
        assert [one for one in found if one[0] in ("serious", "critical")] == []


ROWS = "[...document.querySelectorAll('#matrix tbody tr:not(.group) th')].map(e => e.textContent)"


def test_the_matrix_filters_sorts_and_opens_places(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, html(large_system(20, 200)))
    everything = page.do(ROWS)
    assert len(everything) > 50
    page.do("filter.value = 'table_0003'; filter.oninput()")
    assert page.do(ROWS) in (["public.table_0003"], ["table_0003"])
    page.do("filter.value = ''; filter.oninput()")
    page.do("document.querySelector('#matrix thead button').click()")
    names = page.do(ROWS)
    assert names == sorted(names)
    page.do("document.querySelectorAll('#matrix thead .up')[2].click()")
    assert page.do("document.querySelector('#matrix [aria-sort]').getAttribute('aria-sort')") == "descending"
    assert page.do("document.querySelector('#matrix tbody tr').children[3].textContent")
    page.do("document.querySelector('#matrix td button').click()")
    assert page.do("places.open")
    assert re.search(r"repository_\d\.py:\d+", page.do("places.textContent"))
    page.do("every.click()")
    assert page.do("told.textContent") == "150 of 200 tables"
    assert page.noise == []


def test_lists_sort_by_their_headings_and_show_all_when_asked(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, html(large_system(20, 200)))
    body = "[...document.querySelector('#pairs ~ .scroll tbody').rows]"
    rows = f"{body}.filter(row => row.offsetParent).map(row => row.cells[0].textContent)"
    assert len(page.do(rows)) == 25
    page.do("document.querySelector('#pairs ~ .scroll th button').click()")
    page.do("document.querySelector('#pairs ~ .scroll + .tools button').click()")
    names = page.do(rows)
    assert len(names) > 25
    assert names == sorted(names)


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


def test_every_number_opens_as_many_places_as_it_says(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, html(large_system(12, 60)))
    page.do("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.wait("[...document.querySelectorAll('[data-t]')].every(one => one.dataset.done)")
    said = (
        "[...one.firstElementChild.textContent.matchAll(/×([0-9,]+)/g)].reduce((n, m) => n + Number(m[1].replace(',', '')), 0)"
    )
    wrong = f"[...document.querySelectorAll('[data-t]')].filter(one => one.querySelectorAll('li').length !== {said}).length"
    assert page.do(wrong) == 0


def test_each_service_has_a_page_by_its_address(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, html(system(), tree()))
    page.do("[...document.querySelectorAll('#index a')].find(one => one.textContent === 'orders').click()")
    page.wait("document.title.startsWith('orders')")
    text = page.do("document.querySelector('main').innerText")
    assert "Owns 1 table" in text
    assert "invoices of billing" in text
    assert "Before it can have its own database" in text
    assert "In one minute" not in text
    page.do("document.querySelector('.service.shown .back a').click()")
    page.wait("document.querySelector('main').innerText.includes('In one minute')")


def test_every_link_in_the_page_resolves(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, html(large_system(12, 60)))
    page.do("dispatchEvent(new Event('beforeprint'))")
    lost = page.do(
        "[...document.querySelectorAll('a')].filter(a => !a.hash || !document.getElementById(a.hash.slice(1))).length"
    )
    assert lost == 0
    assert page.do("document.querySelectorAll('.service li a').length") > 20


# The graph


def nodes(page: Page, kind: str) -> list[str]:
    found: list[str] = page.do(f"{DRAWN}.nodes('[kind = \"{kind}\"]').map(one => one.data('label'))")
    return found


def test_tables_stand_in_schemas_in_databases_and_services_beside(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, html(large_system(6, 40)))
    path = page.do(f"{DRAWN}.nodes('[kind = \"table\"]')[0].ancestors().map(one => one.data('label'))")
    assert path == ["public", "postgresql://db/0"]
    assert set(nodes(page, "service")) <= {f"service-00{n}" for n in range(6)}
    boxes = page.do(f"{DRAWN}.nodes('[kind = \"open\"]').map(one => one.boundingBox())")
    for place in page.do(f"{DRAWN}.nodes('[kind = \"service\"]').map(one => one.boundingBox())"):
        assert not [box for box in boxes if place["x1"] < box["x2"] and place["x2"] > box["x1"]], (
            "a service stands in a database"
        )


def test_no_two_nodes_overlap(page: Page, tmp_path: Path) -> None:
    for facts, clicks in ((large_system(12, 120), "open-all"), (large_system(60, 240), "open-all services-only")):
        opened(page, tmp_path, html(facts))
        for button in clicks.split():
            page.do(f"document.getElementById('{button}').click()")
        for which in ("nodes(':childless')", "nodes(':orphan')"):
            places = page.do(f"{DRAWN}.{which}.map(one => one.boundingBox())")
            assert len(places) > 10
            assert not [(one, other) for number, one in enumerate(places) for other in places[:number] if meet(one, other)]


def meet(one: dict[str, float], other: dict[str, float]) -> bool:
    return one["x1"] < other["x2"] and one["x2"] > other["x1"] and one["y1"] < other["y2"] and one["y2"] > other["y1"]


def test_a_hundred_services_begin_collapsed_and_open_one_by_one(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, html(LARGE))
    assert page.do(f"{DRAWN}.nodes().length") <= 60
    assert "closed boxes" in page.do("drawn.textContent")
    page.do(f"{DRAWN}.getElementById('d0').emit('tap'); 0")
    assert len(nodes(page, "table")) > 20
    page.do(f"{DRAWN}.getElementById('d0').emit('tap'); 0")
    assert nodes(page, "table") == []
    assert page.noise == []


def test_the_focus_shows_what_is_near_and_its_places(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, html(LARGE))
    page.do(f"{FOCUS}.value = 'service-007'; {FOCUS}.onchange()")
    near = page.do(f"{DRAWN}.edges().length")
    assert 0 < near < 60
    assert "service-007" in page.do("picked.querySelector('h3').textContent")
    page.do("picked.querySelector('details').open = true")
    page.wait("/repository_\\d\\.py:\\d+/.test(picked.textContent)")
    page.do("depth.value = '2'; depth.onchange()")
    assert page.do(f"{DRAWN}.edges().length") > near
    page.do(f"{FOCUS}.value = 'nobody knows'; {FOCUS}.onchange()")
    assert page.do("drawn.textContent") == "Nothing is called so."


def test_only_violations_and_services_alone(page: Page, tmp_path: Path) -> None:
    facts = large_system(6, 40)
    use = next(tie for tie in survey(Coupling(facts), facts.services).ties if tie.is_foreign)
    finding: Finding = replace(FOREIGN_READ, service=use.service, table=use.table)
    opened(page, tmp_path, REPORT["html"](replace(ownership(facts), findings=(finding,))))
    page.do("document.getElementById('open-only').click()")
    assert page.do(f"{DRAWN}.edges().map(one => one.source().data('label'))") == [use.service]
    page.do("document.getElementById('open-only').click()")
    page.do("document.getElementById('services-only').click()")
    assert nodes(page, "table") == []
    assert page.do(f"{DRAWN}.edges().length") > 3


def test_the_same_system_is_drawn_in_the_same_way(page: Page, tmp_path: Path) -> None:
    where = f"{DRAWN}.nodes().map(one => [one.id(), one.position('x'), one.position('y')])"
    text = html(large_system(12, 60))
    opened(page, tmp_path, text)
    first = page.do(where)
    opened(page, tmp_path, text)
    assert page.do(where) == first
    assert len(first) > 20


def with_trend() -> str:
    before = earlier(REPORT["json"](ownership(system(joins=(), references=()), tree())).encode())
    given = ownership(system(), tree())
    return REPORT["html"](replace(given, trend=trend(before, given.survey)))


def test_a_trend_is_drawn(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, with_trend())
    assert page.do("document.querySelectorAll('svg.change').length") == 1
    assert "grown" in page.do("document.querySelector('#trend ~ .columns').innerText")
    assert page.noise == []
