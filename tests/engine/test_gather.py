"""Files read by workers: the same facts as read here, in the order of the files, whatever happens to one of them."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from dblint import frameworks
from dblint.engine.settings import Settings
from dblint.extract import gather as module
from dblint.extract.gather import Reader, Source, gather
from dblint.judge import in_sql
from dblint.model.facts import FileFacts, Problem

FIXTURES = Path(__file__).parents[2] / "fixtures"
LANGUAGES = {".py": "python", ".sql": "sql"}


def _reader() -> Reader:
    known = frameworks.load()
    return Reader({language: frameworks.vocabulary(known, language) for language in LANGUAGES.values()}, in_sql)


def _sources(root: Path) -> list[Source]:
    files = sorted(path for path in root.rglob("*") if path.suffix in LANGUAGES)
    return [Source(path.relative_to(root).as_posix(), LANGUAGES[path.suffix], path, path.stat().st_size) for path in files]


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_facts_survive_the_way_from_the_worker(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FEW", 0)
    reader, sources = _reader(), _sources(FIXTURES)
    assert len(sources) > 10
    assert gather(sources, reader, Settings(jobs=jobs)) == tuple(reader.read(source) for source in sources)


@pytest.mark.parametrize("language", ["carrier", "liquibase", "sql", "cobol"])
def test_many_files_with_one_that_no_parser_is_for_are_read(language: str, tmp_path: Path) -> None:
    for number in range(module._MANY):
        (tmp_path / f"{number}.sql").write_text(f"CREATE TABLE t{number} (id int);")
    (tmp_path / "other").write_text("")
    sources = [*_sources(tmp_path), Source("other", language, tmp_path / "other", 1)]
    assert [facts.path for facts in gather(sources, _reader(), Settings())] == [source.path for source in sources]


def test_progress_counts_every_file() -> None:
    seen: list[int] = []
    sources = _sources(FIXTURES / "shop")
    gather(sources, _reader(), Settings(), done=seen.append)
    assert seen == list(range(1, len(sources) + 1))


@pytest.mark.parametrize(
    ("mishap", "reason"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), "parser-crash"),
        (signal.pause, "timeout"),
        (lambda: bytearray(1 << 40), "memory"),
    ],
)
def test_a_bad_file_costs_itself(mishap: Callable[[], object], reason: str, tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.sql").write_text(f"CREATE TABLE t{number} (id int);")

    class Bad(Reader, frozen=True):
        def read(self, source: Source) -> FileFacts:
            if source.path == "4.sql":
                mishap()
            return super().read(source)

    reader, sources = _reader(), _sources(tmp_path)
    found = gather(sources, Bad(reader.vocabularies, in_sql), Settings(jobs=2, seconds=1.0 if reason == "timeout" else 20.0))
    assert found[4] == FileFacts("4.sql", "sql", problems=(Problem("4.sql", reason),))
    assert [facts for facts in found if not facts.problems] == [
        reader.read(source) for source in sources if source.path != "4.sql"
    ]
