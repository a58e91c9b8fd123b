"""What the documentation shows is what dblint takes: its command lines and its pieces of dblint.yaml."""

import datetime as dt
import re
import shlex
import textwrap
from pathlib import Path

import click
import jsonschema
import pytest
import yaml

from dblint.cli.application import application
from dblint.config import schema

ROOT = Path(__file__).parents[2]
# The examples of rules are run by the tests of rules.
PAGES = sorted(
    page for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")] if "rules" not in page.parts
)
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def blocks(*languages: str) -> list[tuple[str, str]]:
    """Every listing in one of these languages, with its page."""
    return [
        (page.relative_to(ROOT).as_posix(), textwrap.dedent(text))
        for page in PAGES
        for _, name, text in BLOCK.findall(page.read_text("utf-8"))
        if name in languages
    ]


def plain(value: object) -> object:
    """YAML's value as JSON has it: days are texts, `off` is a word."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return "off" if value is False else value.isoformat() if isinstance(value, dt.date) else value


COMMANDS = sorted(
    {
        (page, re.split(" {2,}", line)[0])
        for page, text in blocks("sh", "")
        for line in text.splitlines()
        if re.match("dblint [a-z]+", line) and "…" not in line and "[OPTIONS]" not in line
    }
)
KEYS = set(schema()["properties"]) - {"version"}  # type: ignore[call-overload]  # a schema of an object
PIECES = [
    (page, found) for page, text in blocks("yaml") if isinstance(found := yaml.safe_load(text), dict) and found.keys() & KEYS
]


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=lambda value: str(value)[:60])
def test_a_command_line_of_the_documentation_is_understood(page: str, line: str) -> None:
    words = shlex.split(line.partition(" | ")[0].partition(" > ")[0], comments=True)[1:]
    command: click.Command = application
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            break
        command, words = found, words[1:]
    try:
        command.make_context("dblint", words)
    except click.BadParameter as error:
        assert "does not exist" in error.message, (page, line)  # noqa: PT017 - a file of the example is not here


@pytest.mark.parametrize("piece", [piece for _, piece in PIECES], ids=[page for page, _ in PIECES])
def test_a_piece_of_configuration_is_valid(piece: dict[str, object]) -> None:
    jsonschema.validate(plain({"version": 1, **piece}), schema())


def test_examples_are_found() -> None:
    assert len(COMMANDS) > 25
    assert len(PIECES) > 5
