"""The forms in which settings are written: each turns text into entries of name, value and line, with nothing secret left."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dblint.config.document import Node, documents
from dblint.config.secrets import cleaned, is_secret

MAX_ENTRIES = 5_000
_DOTENV = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.\-]*)\s*[=:]\s?(.*)")
_SECTION = re.compile(r"\s*\[\s*([^\]]+?)\s*\]\s*(?:[#;].*)?\Z")
_INI = re.compile(r"([^\s=:#;][^=:]*?)\s*[=:]\s*(.*)")
_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')
_PRISMA = re.compile(r"^\s*(datasource|generator)\s+(\w+)\s*\{", re.MULTILINE)
_TERRAFORM = re.compile(r"""^\s*"?([A-Za-z_][\w.\-]*)"?\s*[=:]\s*("(?:[^"\\\n]|\\.)*"|[\w.\-]+)\s*,?\s*(?:[#/].*)?$""")
_BLOCK = re.compile(r"""^\s*(\w+)((?:\s+"[^"\n]*")*)\s*=?\s*\{\s*$""")


class Entry(NamedTuple):
    """One value as written."""

    name: str
    value: str
    line: int


def entry(name: str, value: str, line: int) -> Iterator[Entry]:
    """The entry, unless its name says that it is a secret; credentials inside the value are cut out."""
    if not is_secret(name):
        yield Entry(name, cleaned(value), line)


def nodes(node: Node) -> tuple[tuple[Node, Node], ...]:
    """The pairs of a mapping with those that its merge keys (`<<`) bring, its own first."""
    found: dict[str, tuple[Node, Node]] = {}
    pending, seen = [node], set[int]()
    while pending:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        for name, value in current.pairs:
            if name.text == "<<":
                pending += value.items or (value,)
            else:
                found.setdefault(name.text, (name, value))
    return tuple(found.values())


def flat(node: Node, prefix: str = "", depth: int = 0) -> Iterator[Entry]:
    """Every scalar below a node under its dotted name; items of a list by their number, `name: x, value: y` under `x`."""
    if node.kind == "scalar":
        if not node.empty:
            yield from entry(prefix, node.text, node.line)
    elif node.kind == "mapping":
        pair = _named(node)
        if pair is not None:
            yield from entry(pair[0].text, pair[1].text, pair[1].line)
        hidden = pair is not None and is_secret(pair[0].text)
        for key, value in nodes(node) if depth < 40 else ():
            if not ((is_secret(key.text) or (hidden and key.text == "value")) and value.kind == "scalar"):
                yield from flat(value, f"{prefix}.{key.text}" if prefix else key.text, depth + 1)
    else:
        for number, item in enumerate(node.items[:500]):
            if item.kind == "scalar" and "=" in item.text and re.match(r"[A-Za-z_]\w*=", item.text):
                word, _, text = item.text.partition("=")
                yield from entry(word, text, item.line)
            else:
                yield from flat(item, f"{prefix}[{number}]", depth + 1)


def _named(node: Node) -> tuple[Node, Node] | None:
    """Name and value of the Kubernetes form of a variable."""
    name, value = node.get("name"), node.get("value")
    if name is None or value is None or name.kind != "scalar" or value.kind != "scalar":
        return None
    return name, value


def yaml(text: str) -> tuple[tuple[Entry, ...], ...]:
    """The entries of each document of a YAML text.

    Raises:
        DocumentError: for what is no YAML, or too much of it.
    """
    return tuple(tuple(limited(flat(root))) for root in documents(text))


def json_document(text: str) -> Node | None:
    """A JSON text, with comments and trailing commas, as placed nodes.

    Raises:
        DocumentError: for what is no JSON.
    """
    text = _COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else re.sub(r"[^\n]", " ", found[0]), text)
    text = _TRAILING_COMMA.sub(lambda found: found[1] or " ", text).replace("\t", "  ")
    roots = documents(text)
    return roots[0] if roots else None


def dotenv(text: str) -> Iterator[Entry]:
    """The entries of a `.env` file: `NAME=value`, `export NAME="value"`, comments after a blank and `#`."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _DOTENV.match(line.rstrip("\r"))
        if found:
            yield from entry(found[1], unquoted(found[2]), number)


def unquoted(written: str) -> str:
    """A value without its quotes, or without the comment after it."""
    written = written.strip()
    if written[:1] in ("'", '"'):
        end = written.find(written[0], 1)
        return written[1:end] if end > 0 else written[1:]
    return re.split(r"\s#", written, maxsplit=1)[0].strip()


def properties(text: str) -> Iterator[tuple[tuple[Entry, ...], str]]:
    """The entries of each part of a Java properties file, and the profile that a `#---` part is for."""
    part: list[Entry] = []
    profile, held, first = "", "", 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if re.match(r"[#!]---", line):
            yield tuple(part), profile
            part, profile = [], ""
            continue
        first = first or number
        held += line.lstrip() if held else line
        if held.endswith("\\") and not held.lstrip().startswith(("#", "!")):
            held = held[:-1]
            continue
        found = re.match(r"\s*([^#!\s=:][^\s=:]*)\s*[=:\s]\s*(.*)", held)
        if found:
            part += entry(found[1], found[2].replace("\\:", ":").replace("\\=", "=").strip(), first)
            if found[1] in ("spring.config.activate.on-profile", "spring.profiles"):
                profile = found[2].strip()
        held, first = "", 0
    yield tuple(part), profile


def ini(text: str) -> Iterator[Entry]:
    """The entries of an ini file as `section.key`; a key outside every section stands alone."""
    section = ""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if head := _SECTION.match(line):
            section = head[1]
        elif not line[:1].isspace() and (found := _INI.match(line)):
            name = f"{section}.{found[1]}" if section else found[1]
            yield from entry(name, re.split(r"\s[#;]\s", found[2], maxsplit=1)[0].strip(), number)


def toml(text: str) -> Iterator[Entry]:
    """The entries of a TOML file under dotted names; those of a broken file are left out."""
    import tomllib  # noqa: PLC0415 - takes long to load, and hardly any setting is written so

    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    lines = text.split("\n")
    pending: list[tuple[str, object]] = [("", document)]
    while pending:
        name, value = pending.pop()
        if isinstance(value, dict):
            pending += [(f"{name}.{key}" if name else key, inner) for key, inner in value.items()]
        elif isinstance(value, list):
            pending += [(f"{name}[{index}]", inner) for index, inner in enumerate(value)]
        elif not isinstance(value, bool):
            key = re.split(r"[.\[]", name)[-1]
            line = next((number for number, line in enumerate(lines, 1) if key in line and str(value) in line), 1)
            yield from entry(name, str(value), line)


def prisma(text: str) -> Iterator[Entry]:
    """The entries of the datasource of a Prisma schema: `datasource.url`, with `env("X")` as `${X}`."""
    for block in _PRISMA.finditer(text):
        start = text.count("\n", 0, block.end()) + 1
        for number, line in enumerate(text[block.end() :].partition("}")[0].split("\n"), start):
            found = re.match(r"""\s*(\w+)\s*=\s*(?:env\(\s*"(\w+)"\s*\)|"([^"]*)")""", line)
            if found and block[1] == "datasource":
                yield from entry(f"datasource.{found[1]}", f"${{{found[2]}}}" if found[2] else found[3], number)


def terraform(text: str) -> Iterator[tuple[str, Entry]]:
    """The literal entries of a Terraform or HCL file, each with the labels of the blocks around it, joined by `.`."""
    blocks: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if opened := _BLOCK.match(line):
            blocks.append(".".join([opened[1], *re.findall(r'"([^"]*)"', opened[2])]))
        elif re.match(r"\s*[}\])]+,?\s*\Z", line):
            blocks = blocks[:-1] if "}" in line else blocks
        elif found := _TERRAFORM.match(line):
            value = json.loads(found[2]) if _is_text(found[2]) else found[2]
            for item in entry(found[1], str(value), number):
                yield ".".join(blocks), item
        elif re.search(r"[{(\[]\s*\Z", line) and "{" in line:
            blocks.append(re.sub(r"\W+", ".", line).strip("."))


def _is_text(written: str) -> bool:
    """Whether an HCL literal is a text that JSON can read as well."""
    try:
        return isinstance(json.loads(written), str)
    except ValueError:
        return False


def limited(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The first entries of a file: no settings file has more."""
    for number, item in enumerate(entries):
        if number >= MAX_ENTRIES:
            return
        yield item


def is_template(text: str) -> bool:
    """Whether a program still fills in a text, so that it need not be what it will be: Helm, Jinja, ERB or Terraform."""
    return any(sign in text for sign in ("{{", "{%", "<%", "%{"))
