"""Five hundred seeded mutations of real inputs for every seam that reads: read, partly, or a reason of ours; nothing else."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from dblint import frameworks
from dblint.config import ConfigurationError, load
from dblint.config.document import DocumentError, documents
from dblint.extract.file import extract
from dblint.frameworks import FrameworkError
from dblint.frameworks.reading import parse
from dblint.judge import in_sql
from dblint.judge.rules import read
from dblint.model.facts import FileFacts
from dblint.sql import read_script

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
REASON = re.compile(r"[a-z]+(-[a-z]+)*")
PIECES = [
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"'",
    b'"',
    b'"""',
    b"(",
    b")",
    b"{",
    b"*a",
    b"&a ",
    b"\r",
    b"\t",
    b"--",
    b"/*",
    b"$$",
    b"\\",
    b"\n\n",
]


def _mutations(files: list[Path], seed: int, count: int = 500) -> Iterator[tuple[Path, bytes]]:
    chance = random.Random(seed)  # noqa: S311 - a repeatable test
    originals = [(path, path.read_bytes()) for path in sorted(files)]
    assert originals
    for _ in range(count):
        path, original = chance.choice(originals)
        data = bytearray(original[:6000])
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data) + 1)
            kind = chance.randrange(5)
            if kind == 0:
                data[at : at + chance.randint(1, 40)] = b""
            elif kind == 1:
                data[at:at] = chance.choice(PIECES) * chance.choice([1, 1, 2, 50])
            elif kind == 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            elif kind == 3:
                start = chance.randrange(len(data) + 1)
                data[at:at] = data[start : start + chance.randint(1, 200)]
            else:
                del data[at:]
        yield path, bytes(data)


def _is_sound(facts: FileFacts, path: str) -> bool:
    encoded = msgspec.msgpack.encode(facts)
    reasons = all(problem.path == path and REASON.fullmatch(problem.reason) for problem in facts.problems)
    return reasons and msgspec.msgpack.decode(encoded, type=FileFacts) == facts


@pytest.mark.parametrize(("language", "suffix"), [("python", ".py"), ("sql", ".sql")])
def test_a_mutated_file_is_read_or_has_a_reason(language: str, suffix: str) -> None:
    vocabulary = frameworks.vocabulary(frameworks.load(), language)
    for path, data in _mutations([path for path in FIXTURES.rglob(f"*{suffix}") if path.stat().st_size], 1):
        name = path.relative_to(FIXTURES).as_posix()
        facts = extract(name, language, data, vocabulary, in_sql)
        assert _is_sound(facts, name), data
        assert facts == extract(name, language, data, vocabulary, in_sql), data


def test_a_mutated_script_never_raises() -> None:
    for _, data in _mutations([path for path in FIXTURES.rglob("*.sql") if path.stat().st_size], 2):
        for statement in read_script(data.decode("latin-1"), "postgres"):
            assert not statement.reason or REASON.fullmatch(statement.reason), data


def test_a_mutated_yaml_document_is_read_or_refused_in_our_words() -> None:
    for _, data in _mutations([path for path in FIXTURES.rglob("*.y*ml") if path.stat().st_size], 3):
        try:
            documents(data.decode("utf-8", "replace"))
        except DocumentError:
            continue


def test_a_mutated_configuration_is_read_or_all_its_mistakes_are_told(tmp_path: Path) -> None:
    for number, (_, data) in enumerate(_mutations(list(FIXTURES.rglob("dblint.yaml")), 4)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "dblint.yaml").write_bytes(data)
        try:
            load(None, folder)
        except ConfigurationError as error:
            told = bool(error.mistakes)
        else:
            told = True
        assert told, data


def test_a_mutated_rule_is_read_or_all_its_mistakes_are_told() -> None:
    for path, data in _mutations(list((ROOT / "rules").glob("*.yaml")), 5):
        try:
            read(path.name, data.decode("utf-8", "replace"))
        except ConfigurationError as error:
            told = bool(error.mistakes)
        else:
            told = True
        assert told, data


def test_a_mutated_framework_is_read_or_refused_in_our_words() -> None:
    for path, data in _mutations(list((ROOT / "dblint" / "frameworks").rglob("*.yaml")), 6):
        try:
            parse(data.decode("utf-8", "replace"), path.name)
        except FrameworkError:
            continue
