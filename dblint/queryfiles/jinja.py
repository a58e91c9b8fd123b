"""Jinja templates of SQL: every variant of their text, and where each piece of it stands in the template.

A template is never run. Its tags are read as what they can come to: both sides of a condition, a loop's body once for each
literal that it runs over, a name or the text of a literal; everything else is a hole.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from dblint.queryfiles.expressions import Relation, Scope, keywords_of, literals, nothing, parsed, relations, texts
from dblint.sql import HOLE

T = TypeVar("T")

VARIANTS = 32
_TAG = re.compile(r"\{%[-+]?\s*(\w*)|\{\{|\{#")
_ANY = re.compile(r"\{%[-+]?\s*[a-z]|\{\{[-+]?\s*[A-Za-z_'\"(]|\{#")
_LONGEST = 8_000
_CLOSE = {"{%": "%}", "{{": "}}", "{#": "#}"}
_BLOCKS = {
    "if", "for", "set", "macro", "call", "snapshot", "test", "data_test", "unit_test", "materialization", "filter", "block",
    "raw", "docs", "with", "autoescape",
}  # fmt: skip
_ASIDE = frozenset({"set", "macro", "call", "snapshot"})
_SILENT = frozenset({"test", "data_test", "unit_test", "materialization", "docs"})
_ASSIGNMENT = re.compile(r"\s*([\w,\s]+?)\s*=(?!=)(.*)", re.DOTALL)
_LOOP = re.compile(r"\s*(\w+)\s+in\b(.*)", re.DOTALL)
_NOT_AT_THE_ONLY_ROUND = re.compile(r"\s*not\s+loop\s*\.\s*(?:last|first)\b")


@dataclass(slots=True)
class Node:
    """A piece of a template.

    `kind` is text, output, or the word that opens a block; `word` is what the tag holds besides. `branches` are the
    conditions of an `if` with what stands under each; every other block has one branch.
    """

    kind: str
    start: int
    end: int
    word: str = ""
    branches: list[tuple[str, list["Node"]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rendering:
    """One variant of a template; `marks` are (offset in the text, offset in the template, whether copied), ascending."""

    text: str
    marks: tuple[tuple[int, int, bool], ...]

    def source(self, offset: int) -> int:
        """Where the character at `offset` stands in the template; a text that a tag comes to stands at the tag."""
        index = bisect_right(self.marks, offset, key=lambda mark: mark[0]) - 1
        if index < 0:
            return 0
        start, origin, copied = self.marks[index]
        return origin + offset - start if copied else origin


@dataclass(frozen=True, slots=True)
class Section:
    """A text of its own in a template: all of it, or the body of a `set`, `macro`, `call` or `snapshot` block.

    `named` is the name of the block. `asked` are relations that tags name where no text of theirs stands, with their offsets.
    """

    kind: str
    named: str
    renderings: tuple[Rendering, ...]
    asked: tuple[tuple[str, int], ...]
    settings: dict[str, str]
    start: int


def is_template(text: str) -> bool:
    """Whether a text has a tag of Jinja."""
    return ("{%" in text or "{{" in text or "{#" in text) and _ANY.search(text) is not None


def sections(text: str, relation: Relation = nothing) -> tuple[Section, ...]:
    """The sections of a template, the main one first."""
    found = []
    waiting = [("", "", 0, _parse(text))]
    while waiting:
        kind, named, start, nodes = waiting.pop(0)
        writers = [_Writer(text, relation, choice) for choice in range(VARIANTS)]
        renderings: dict[str, Rendering] = {}
        for writer in writers:
            writer.write(nodes)
            made = writer.rendering()
            renderings.setdefault(made.text, made)
            if writer.choice + 1 >= writer.most:
                break
        waiting += [(node.kind, _name(node), node.start, node.branches[0][1]) for node in writers[0].aside]
        first = writers[0]
        found.append(
            Section(kind, named, tuple(renderings.values()), tuple(dict.fromkeys(first.asked)), dict(first.settings), start)
        )
    return tuple(found)


def _name(node: Node) -> str:
    found = re.match(r"\s*(\w+)", node.word)
    return found[1] if found else ""


def _parse(text: str) -> list[Node]:
    """The pieces of a template; a block that nothing closes ends with the text, a stray tag is nothing."""
    root: list[Node] = []
    stack: list[Node] = []

    def into() -> list[Node]:
        return stack[-1].branches[-1][1] if stack else root

    position = 0
    while (found := _TAG.search(text, position)) is not None:
        if found.start() > position:
            into().append(Node("text", position, found.start()))
        sign, word = found.group()[:2], found.group(1) or ""
        close = text.find(_CLOSE[sign], found.end(), found.end() + _LONGEST)
        if close < 0:  # no tag: a brace of JSON, a comment's sign
            into().append(Node("text", found.start(), found.end()))
            position = found.end()
            continue
        position = close + 2
        inside = text[found.end() : close].strip("-+ \t\r\n")
        if sign == "{{":
            into().append(Node("output", found.start(), position, inside))
        elif sign == "{%":
            position = _tag(text, Node(word, found.start(), position, inside), stack, into)
    if position < len(text):
        into().append(Node("text", position, len(text)))
    return root


def _tag(text: str, tag: Node, stack: list[Node], into: Callable[[], list[Node]]) -> int:
    """Take a tag in; return where reading goes on."""
    if tag.kind == "raw":
        end = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}").search(text, tag.end)
        into().append(Node("text", tag.end, end.start() if end else len(text)))
        return end.end() if end else len(text)
    if tag.kind in ("elif", "else") and stack and stack[-1].kind in ("if", "for"):
        stack[-1].branches.append((tag.word if tag.kind == "elif" else "", []))
    elif tag.kind.startswith("end"):
        opened = next((depth for depth in range(len(stack) - 1, -1, -1) if "end" + stack[depth].kind == tag.kind), None)
        if opened is not None:
            stack[opened].end = tag.end
            del stack[opened:]
    elif tag.kind in _BLOCKS and not (tag.kind == "set" and _ASSIGNMENT.match(tag.word)):
        into().append(tag)
        if len(stack) < 100:
            tag.branches.append((tag.word, []))
            stack.append(tag)
    else:
        into().append(tag)
    return tag.end


class _Writer:
    """Writes one variant: at each place where a template has several ways to go on, the one with its number, else the last."""

    def __init__(self, text: str, relation: Relation, choice: int) -> None:
        self.text = text
        self.choice = choice
        self.most = 1
        self.aside: list[Node] = []
        self.asked: list[tuple[str, int]] = []
        self.settings: dict[str, str] = {}
        self._scope = Scope({}, relation)
        self._parts: list[str] = []
        self._marks: list[tuple[int, int, bool]] = []
        self._length = 0

    def rendering(self) -> Rendering:
        return Rendering("".join(self._parts), tuple(self._marks))

    def write(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self._node(node)

    def _node(self, node: Node) -> None:
        if node.kind == "text":
            self._put(self.text[node.start : node.end], node.start, copied=True)
        elif node.kind == "output":
            self._output(node)
        elif node.kind == "if" and node.branches:
            self._if(node)
        elif node.kind == "for" and node.branches:
            self._for(node)
        elif node.kind in _ASIDE and node.branches:
            self.aside.append(node)
        elif node.kind == "set" and (found := _ASSIGNMENT.match(node.word)):
            self._scope.names[found[1].strip()] = found[2]
            self._ask(found[2], node.start)
        elif node.kind in ("do", "call"):
            self._ask(node.word, node.start)
        elif node.kind not in _SILENT and node.branches:
            self.write(node.branches[0][1])

    def _if(self, node: Node) -> None:
        """Write one side of a condition: in the first variant all conditions hold, in the second none does.

        In a loop whose body is written once, the only round is the first and the last.
        """
        branches = node.branches if not node.branches[-1][0] else [*node.branches, ("", [])]
        if _NOT_AT_THE_ONLY_ROUND.match(branches[0][0]):
            branches = branches[1:]
        elif len(branches) == 2 and branches[0][0].startswith("not "):
            branches = branches[::-1]
        for condition, _ in branches:
            self._ask(condition, node.start)
        self.write(self._pick(branches)[1])

    def _for(self, node: Node) -> None:
        found = _LOOP.match(node.word)
        values = literals(parsed(found[2]), self._scope) if found else []
        if found:
            self._ask(found[2], node.start)
            hidden = self._scope.names.get(found[1])
            self._scope.names[found[1]] = repr(self._pick(values)) if values else ""
            self.write(node.branches[0][1])
            if hidden is None:
                del self._scope.names[found[1]]
            else:
                self._scope.names[found[1]] = hidden
        else:
            self.write(node.branches[0][1])

    def _output(self, node: Node) -> None:
        tree = parsed(node.word)
        if (settings := keywords_of(tree, "config")) is not None:
            self.settings.update(settings)
            return
        values = texts(tree, self._scope)
        if values:
            self._put(self._pick(values), node.start)
            return
        named = list(dict.fromkeys(relations(tree, self._scope)))
        if named and re.search(r"\b(?:from|join)\s*$", "".join(self._parts[-3:])[-200:], re.IGNORECASE):
            union = " union all ".join(f"select * from {each}" for each in named)  # noqa: S608 -- read, never run
            self._put(named[0] if len(named) == 1 else f"({union})", node.start)
            return
        self.asked += [(each, node.start) for each in named]
        self._put(HOLE, node.start)

    def _ask(self, word: str, at: int) -> None:
        self.asked += [(each, at) for each in relations(parsed(word), self._scope)]

    def _pick(self, options: list[T]) -> T:
        self.most = min(max(self.most, len(options)), VARIANTS)
        return options[min(self.choice, len(options) - 1)]

    def _put(self, text: str, origin: int, *, copied: bool = False) -> None:
        self._marks.append((self._length, origin, copied))
        self._parts.append(text)
        self._length += len(text)
