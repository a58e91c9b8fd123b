"""The cache: warm and cold runs say the same, and nothing that happens to its files changes that."""

import os
import random
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dblint.config import load
from dblint.engine import pool
from dblint.engine.cache import Cache, remove
from dblint.engine.folder import cache_folder
from dblint.engine.keys import key
from dblint.engine.settings import Settings
from dblint.pipeline import Analysis, analyse
from dblint.report import CHECK, Report, View

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A tree that was written long ago, as most are."""
    root = tmp_path / "shop"
    shutil.copytree(FIXTURES / "shop", root)
    return root


def _old(root: Path) -> None:
    """Wait until no file counts as written just now; the times of a file's inode cannot be set."""
    newest = max(path.lstat().st_ctime for path in root.rglob("*"))
    time.sleep(max(0.0, newest + 2.1 - time.time()))


def _report(analysis: Analysis) -> str:
    return CHECK["json"](Report(analysis.tree, analysis.system, analysis.findings), View())


def _run(root: Path, cache: Path, warnings: list[str] | None = None) -> str:
    told: list[str] = [] if warnings is None else warnings
    return _report(analyse(root, load(None, root), settings=Settings(jobs=1, cache=str(cache)), warn=told.append))


def test_warm_and_cold_runs_give_the_same_report_and_the_warm_one_reads_nothing(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = _report(analyse(shop, load(None, shop)))
    _old(shop)
    first = _run(shop, tmp_path / "cache")
    monkeypatch.setitem(sys.modules, "dblint.stages", None)  # whoever needs it now fails
    assert _run(shop, tmp_path / "cache") == first == cold


def test_a_changed_file_is_read_again_and_only_that(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _run(shop, tmp_path / "cache")
    changed = next(shop.rglob("*.py"))
    changed.write_text(changed.read_text() + "\nimport os\n")
    read: list[str] = []
    original = pool.answers

    def watched(work: object, tasks: list[int], *rest: object) -> object:
        read.extend(map(str, tasks))
        return original(work, tasks, *rest)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr("dblint.extract.gather.answers", watched)
    warm = _run(shop, tmp_path / "cache")
    assert len(read) == 1
    assert warm == _report(analyse(shop, load(None, shop)))


def test_a_file_changed_without_changing_its_size_or_time_is_noticed(shop: Path, tmp_path: Path) -> None:
    script = next(path for path in shop.rglob("*.sql") if "orders" in path.read_text())
    _old(shop)
    before = _run(shop, tmp_path / "cache")
    times = script.stat()
    script.write_text(script.read_text().replace("orders", "ordres"))
    os.utime(script, ns=(times.st_atime_ns, times.st_mtime_ns))
    after = _run(shop, tmp_path / "cache")
    assert after != before
    assert after == _report(analyse(shop, load(None, shop)))


def test_whatever_is_damaged_the_findings_stay(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    _old(shop)
    expected = _run(shop, cache)
    packs = {path: path.read_bytes() for path in cache.glob("*.pack")}
    assert len(packs) == 4  # of trees, of facts, of interpretations and of analyses
    chance = random.Random(1)  # noqa: S311 - a repeatable test
    for number in range(60):
        for path, data in packs.items():
            damaged = bytearray(data)
            if number % 3 == 0:
                del damaged[chance.randrange(len(damaged)) :]
            for _ in range(number % 5 + 1):
                if damaged:
                    damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            path.write_bytes(damaged)
        assert _run(shop, cache) == expected


def _as_file(cache: Path) -> None:
    cache.write_text("not a folder")


def _writable_by_all(cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o777)


@pytest.mark.parametrize("spoil", [_as_file, _writable_by_all])
def test_an_unusable_cache_is_one_warning_and_the_same_findings(spoil: object, shop: Path, tmp_path: Path) -> None:
    spoil(tmp_path / "cache")  # type: ignore[operator] # one of the functions above
    warnings: list[str] = []
    assert _run(shop, tmp_path / "cache", warnings) == _report(analyse(shop, load(None, shop)))
    assert len(warnings) == 1
    assert str(tmp_path / "cache") in warnings[0]


def test_only_the_user_may_read_the_cache(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "deep" / "cache"
    _run(shop, cache)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in cache.glob("*.pack")} == {0o600}


def test_what_others_could_have_written_is_not_read(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "cache"), pytest.fail)
    cache.write("a", {"name": b"value"})
    assert cache.read("a").get("name") == b"value"
    (tmp_path / "cache" / "a.pack").chmod(0o666)
    assert cache.read("a").get("name") is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "cache"), lambda _: None)
    cache.write("a", {"name": b"value"})
    (tmp_path / "cache" / "b.pack").symlink_to(tmp_path / "cache" / "a.pack")
    assert cache.read("b").get("name") is None


def test_runs_at_the_same_time_do_not_disturb_each_other(shop: Path, tmp_path: Path) -> None:
    program = [sys.executable, "-m", "dblint", "check", str(shop), "--format", "json", "-q"]
    environment = os.environ | {"DBLINT_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(FIXTURES.parent)}
    running = [
        subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True) for _ in range(4)
    ]
    told = [process.communicate(timeout=120) for process in running]
    assert len({out for out, _ in told}) == 1
    assert {err for _, err in told} == {""}


def test_the_packs_used_longest_ago_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dblint.engine.cache._MOST", 2500)
    cache = Cache(str(tmp_path), pytest.fail)
    for age, name in enumerate("abcd"):
        cache.write(name, {"name": b"x" * 1000})
        os.utime(tmp_path / f"{name}.pack", (1000 + age, 1000 + age))
    cache.write("e", {"name": b"x" * 1000})
    assert sorted(path.name for path in tmp_path.glob("*.pack")) == ["c.pack", "d.pack", "e.pack"]


def test_clean_removes_the_cache_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = Cache(str(folder), pytest.fail)
    cache.write("a", {"name": b"value"})
    (folder / "mine.txt").write_text("not the cache's")
    assert remove(str(folder)) == 1
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert remove(str(tmp_path / "nowhere")) == 0


def test_names_of_different_parts_differ() -> None:
    assert len({key(parts) for parts in ([b"ab", b"c"], [b"a", b"bc"], [b"abc"], [b"abc", b""], [])}) == 5


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"DBLINT_CACHE_DIR": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/a"),
        ({"XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/b/dblint"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/c"}, "/c/.cache/dblint"),
        ({"HOME": "/c"}, "/c/.cache/dblint"),
        ({}, ""),
    ],
)
def test_the_cache_is_where_the_user_keeps_caches(environment: dict[str, str], folder: str) -> None:
    assert cache_folder(environment) == folder


def test_what_one_process_remembers_another_finds_in_whatever_order_it_has_its_sets(tmp_path: Path) -> None:
    root = tmp_path / "polyglot"
    shutil.copytree(FIXTURES / "polyglot", root)
    source = next(root.rglob("*.go"))
    anew = []
    for seed in range(4):
        with source.open("a") as file:
            file.write(f"// {seed}\n")
        done = subprocess.run(
            [sys.executable, "-m", "dblint", "check", str(root), "--exit-zero", "--timings", "-q"],
            env=os.environ | {"PYTHONHASHSEED": str(seed), "DBLINT_CACHE_DIR": str(tmp_path / "cache")},
            capture_output=True,
            text=True,
            check=True,
        )
        rows = [line.split() for line in done.stderr.split("read anew", 1)[1].split("\n\n", 1)[0].splitlines()[1:]]
        anew.append((sum(int(row[2]) for row in rows), sum(float(row[4]) for row in rows)))
    assert [files for files, _ in anew[1:]] == [1, 1, 1]
    assert [interpreting for _, interpreting in anew[1:]] == [0, 0, 0]


def test_what_is_kept_in_front_of_a_base_is_the_tree_alone(shop: Path, tmp_path: Path) -> None:
    cold = _report(analyse(shop, load(None, shop)))
    before = tmp_path / "before"
    shutil.copytree(shop, before)
    for script in (file for file in before.rglob("*.sql") if file.is_file()):
        script.unlink()
    base = analyse(before, load(None, before)).system
    _old(shop)
    pending = analyse(shop, load(None, shop), settings=Settings(jobs=1, cache=str(tmp_path / "cache")), base=base)
    assert any(change.pending for change in pending.system.changes)
    alone = analyse(shop, load(None, shop), settings=Settings(jobs=1, cache=str(tmp_path / "cache")))
    assert not any(change.pending for change in alone.system.changes)
    assert _report(alone) == cold
