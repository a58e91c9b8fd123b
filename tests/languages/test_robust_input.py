"""Input that breaks parsers is read or refused in every newer language: nothing dies, and what was not read is told."""

import pytest

from dblint import languages
from dblint.languages import Vocabulary

WORDS = Vocabulary(frozenset({"execute", "query"}), ("execute", "query"))
CALLS = {
    "elixir": 'defmodule A do\n  def run, do: Repo.query("{}")\nend\n',
    "scala": 'object A {{ def run = db.query("{}") }}\n',
    "rust": 'fn run() {{ db.query("{}"); }}\n',
    "php": '<?php\nfunction run() {{ $db->query("{}"); }}\n',
    "ruby": 'class A\n  def run\n    db.query("{}")\n  end\nend\n',
    "kotlin": 'fun run() {{ db.query("{}") }}\n',
    "csharp": 'class A {{ void Run() {{ db.query("{}"); }} }}\n',
    "java": 'class A {{ void run() {{ db.query("{}"); }} }}\n',
    "go": 'package a\n\nfunc run() {{ db.query("{}") }}\n',
    "typescript": 'function run() {{ db.query("{}"); }}\n',
}
SQL = "select id from orders"


def source(language: str, text: str = SQL) -> str:
    return CALLS[language].replace("{{", "{").replace("}}", "}").replace("{}", text)


@pytest.mark.parametrize("language", CALLS)
@pytest.mark.parametrize("lines", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_of_every_kind_give_the_same_facts(language: str, lines: str) -> None:
    text = source(language)
    assert languages.read("a", language, text.replace("\n", lines), WORDS) == languages.read("a", language, text, WORDS)


@pytest.mark.parametrize("language", CALLS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_a_byte_order_mark_and_old_encodings_change_nothing(language: str, encoding: str) -> None:
    text = source(language, f"{SQL} -- caf\u00e9")
    decoded, reason = languages.decode(text.encode(encoding), language)
    module = languages.read("a", language, decoded, WORDS)
    assert reason in {"", None} or decoded
    assert SQL in repr(module)


@pytest.mark.parametrize("language", CALLS)
@pytest.mark.parametrize(
    "argument",
    ["(" * 3000 + "1" + ")" * 3000, "[" * 3000, "1" * 100_000, "x" * 2_000_000],
    ids=["deep", "never closed", "a huge number", "a huge string"],
)
def test_what_cannot_be_read_is_told(language: str, argument: str) -> None:
    text = source(language).replace(f'"{SQL}"', argument if argument[0] != "x" else f'"{argument}"')
    module = languages.read("a", language, text, WORDS)
    assert module.problem or module.broken or argument.isdigit()


@pytest.mark.parametrize("language", CALLS)
def test_a_string_that_never_ends_spoils_its_lines_and_is_told(language: str) -> None:
    module = languages.read("a", language, source(language).replace(f'{SQL}"', SQL), WORDS)
    assert module.problem or module.broken
