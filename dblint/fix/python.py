"""Edits of Python: comments are found as comments, so that a text that looks like one is left alone."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from dblint.fix import text
from dblint.fix.comments import directive, without

if TYPE_CHECKING:
    from dblint.fix.edits import Insertion, Removal

_DEEPEST = 150
# In SQL inside a string these could end the string, or be taken for a parameter.
_HARMFUL = frozenset("%:{}\\'\"?$@;")


def edited(data: bytes, removals: Sequence["Removal"], insertions: Sequence["Insertion"]) -> bytes:
    """The file with these edits; as it was if it does not parse."""
    module = _parsed(data)
    if module is None:
        return data
    wrapper = MetadataWrapper(module)
    look = _Look()
    wrapper.visit(look)
    wanted: defaultdict[int, list[str]] = defaultdict(list)
    for removal in removals:
        wanted[removal.line] += removal.rules
    found = wrapper.module.visit(
        _Remove({look.comments[line]: rules for line, rules in wanted.items() if line in look.comments})
    )
    inside = [removal for removal in removals if removal.line not in look.comments]
    became = found.bytes
    if inside and not [one for one in removals if one.line in look.comments]:
        became = _still_python(data, text.edited(data, inside, ()))
    return _still_python(became, _inserted(became, look, insertions)) if insertions else became


def _inserted(data: bytes, look: "_Look", insertions: Sequence["Insertion"]) -> bytes:
    lines = data.splitlines(keepends=True)
    above: defaultdict[int, list[bytes]] = defaultdict(list)
    for insertion in insertions:
        places = look.places(insertion.line, insertion.reason)
        number, sign = places[insertion.attempt] if insertion.attempt < len(places) else (0, "")
        if not 0 < number <= len(lines):
            continue
        line = lines[number - 1]
        margin = line[: len(line) - len(line.lstrip(b" \t"))]
        end = line[len(line.rstrip(b"\r\n")) :] or b"\n"
        words = f"{sign} {directive(insertion.rule, insertion.reason)}"
        above[number - 1].append(margin + words.encode() + end)
    return b"".join(b"".join(above[number]) + line for number, line in enumerate(lines))


def _still_python(before: bytes, after: bytes) -> bytes:
    """The edited file if it parses, else what it was."""
    return before if _parsed(after) is None else after


def _parsed(data: bytes) -> cst.Module | None:
    """The syntax tree; None for what is not Python, or is nested so deeply that libcst would take the process with it."""
    depth = deepest = 0
    for byte in data:
        depth = depth + 1 if byte in b"([{" else max(depth - 1, 0) if byte in b")]}" else depth
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        return None
    try:
        return cst.parse_module(data)
    except (cst.ParserSyntaxError, SyntaxError, UnicodeDecodeError, LookupError, RecursionError):
        return None


class _Look(cst.CSTVisitor):
    """Where comments, strings of several lines and statements stand."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.comments: dict[int, cst.Comment] = {}
        self._strings: list[tuple[int, int]] = []
        self._plain: list[tuple[int, int]] = []
        self._statements: list[tuple[int, int]] = []

    def places(self, line: int, reason: str) -> list[tuple[int, str]]:
        """Where a comment about `line` may stand: the lines above which, with its sign; that of SQL as a last resort."""
        start = next((first for first, last in self._strings if first < line <= last), line)
        around = [first for first, last in self._statements if first <= line <= last]
        found = [(first, "#") for first in dict.fromkeys([start, *sorted(around, reverse=True)[:1]])]
        plain = any(first < line <= last for first, last in self._plain)
        return [*found, (line, "--")] if plain and not _HARMFUL & set(reason) else found

    def visit_Comment(self, node: cst.Comment) -> None:  # noqa: N802 - libcst calls it so
        self.comments[self._lines(node)[0]] = node

    def visit_SimpleString(self, node: cst.SimpleString) -> None:  # noqa: N802 - as above
        self._strings.append(self._lines(node))
        if len(node.quote) == 3:
            self._plain.append(self._lines(node))

    def visit_FormattedString(self, node: cst.FormattedString) -> None:  # noqa: N802 - as above
        self._strings.append(self._lines(node))

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:  # noqa: N802 - as above
        self._statements.append(self._lines(node))

    def _lines(self, node: cst.CSTNode) -> tuple[int, int]:
        where = self.get_metadata(PositionProvider, node)
        return where.start.line, where.end.line


class _Remove(cst.CSTTransformer):
    """Takes rules out of comments, and comments out of lines."""

    def __init__(self, wanted: dict[cst.Comment, list[str]]) -> None:
        super().__init__()
        self._wanted = wanted

    def leave_EmptyLine(  # noqa: N802 - as above
        self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine
    ) -> cst.EmptyLine | cst.RemovalSentinel:
        rules = self._wanted.get(original_node.comment) if original_node.comment else None
        if rules is None or original_node.comment is None:
            return updated_node
        became = without(original_node.comment.value, rules)
        if became:
            return updated_node.with_changes(comment=cst.Comment(became))
        return updated_node if became is None else cst.RemoveFromParent()

    def leave_TrailingWhitespace(  # noqa: N802 - as above
        self, original_node: cst.TrailingWhitespace, updated_node: cst.TrailingWhitespace
    ) -> cst.TrailingWhitespace:
        rules = self._wanted.get(original_node.comment) if original_node.comment else None
        if rules is None or original_node.comment is None:
            return updated_node
        became = without(original_node.comment.value, rules)
        if became is None:
            return updated_node
        if became:
            return updated_node.with_changes(comment=cst.Comment(became))
        return updated_node.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
