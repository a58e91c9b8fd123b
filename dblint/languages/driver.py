"""What is the same for every language: limits before parsing, the parse itself, captures, and the lines that did not parse."""

import re
import time
from collections.abc import Iterator
from functools import cache
from importlib import import_module, resources
from itertools import accumulate, count
from typing import NamedTuple, Protocol, cast, runtime_checkable

import msgspec
from tree_sitter import Language, Node, Parser, Point, Query, QueryCursor, Tree

from dblint.languages.vocabulary import Vocabulary
from dblint.model.syntax import Module

LARGEST = 1_000_000  # characters of one file
LONGEST_LINE, MEAN_LINE = 5_000, 500  # a file beyond both is minified
DEEPEST_BRACKETS = 200  # CPython refuses more nested parentheses, too
DEEPEST_TREE = 1_000
WIDEST_ERROR = 10_000  # a query takes quadratic time on the children of a node that did not parse
SECONDS = 5.0
_CHUNK = 1 << 11  # a node's text is read through it as well: much larger chunks are copied for every short word

_NOT_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
# 2 for an opening bracket and 0 for a closing one, so that a running sum less one each is the depth.
_STEPS = bytes.maketrans(b"([{)]}", b"\x02\x02\x02\x00\x00\x00")


class Source(msgspec.Struct, frozen=True):
    """A parsed file: its UTF-8 bytes, with LF at line ends, and what the language's query captured, in source order.

    `comments` are only those that speak to dblint.
    """

    path: str
    data: bytes
    captures: tuple[tuple[str, Node], ...]
    comments: tuple[Node, ...]
    broken: tuple[tuple[int, int], ...]

    def text(self, node: Node) -> str:
        """The source text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")


@runtime_checkable
class Plain(Protocol):
    """What the `adapter` module of a language offers that is read without a grammar."""

    @staticmethod
    def read(path: str, text: str) -> Module:
        """Everything that a file says."""


class Adapter(Protocol):
    """What a language folder's `adapter` module offers otherwise."""

    @staticmethod
    def grammar() -> Language:
        """The tree-sitter grammar."""

    @staticmethod
    def literals() -> re.Pattern[bytes]:
        """A pattern that finds strings and comments, so that brackets in them do not count."""

    @staticmethod
    def tolerates(error: Node) -> bool:
        """Whether a parse error is only the grammar's ignorance of valid syntax that hides nothing."""

    @staticmethod
    def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
        """The little that a file without database access says, found without parsing; None if it must be parsed."""

    @staticmethod
    def module(source: Source, vocabulary: Vocabulary) -> Module:
        """The facts of a parsed file."""


@runtime_checkable
class Varied(Protocol):
    """What the adapter of a language with several grammars offers as well."""

    @staticmethod
    def grammar_of(path: str) -> Language:
        """The grammar of one file."""


@runtime_checkable
class Prepared(Protocol):
    """What the adapter of a language offers as well whose grammar misreads some of its syntax."""

    @staticmethod
    def prepared(data: bytes) -> bytes:
        """The source as its grammar can read it; no place moves."""


class _Kind(NamedTuple):
    """An adapter under each of the protocols that it keeps."""

    plain: Plain | None
    adapter: Adapter
    varied: Varied | None
    prepared: Prepared | None


@cache
def _kind(language: str) -> _Kind:
    """Asked once for a language: comparing a module with a protocol takes as long as parsing a small file."""
    adapter = import_module(f"dblint.languages.{language}.adapter")
    plain = adapter if isinstance(adapter, Plain) else None
    varied = adapter if isinstance(adapter, Varied) else None
    prepared = adapter if isinstance(adapter, Prepared) else None
    return _Kind(plain, cast("Adapter", adapter), varied, prepared)


def understand(path: str, language: str, text: str, vocabulary: Vocabulary) -> Module:
    """The facts of one file, or a module whose `problem` says why there are none."""
    # Python, Java and the others all end lines at CRLF, CR and LF only, and strings over several lines hold LF.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if problem := _refusal(text):
        return _unread(path, language, text, problem)
    plain, adapter, varied, prepared = _kind(language)
    if plain:
        return plain.read(path, text)
    if skimmed := adapter.skim(path, text, vocabulary):
        return skimmed
    data = text.encode("utf-8", "replace")
    if _bracket_depth(data) > DEEPEST_BRACKETS and _bracket_depth(adapter.literals().sub(b"", data)) > DEEPEST_BRACKETS:
        return _unread(path, language, text, "too-deep")
    grammar = varied.grammar_of(path) if varied else adapter.grammar()
    if prepared:
        data = prepared.prepared(data)
    tree = _parse(data, grammar)
    if tree is None:
        return _unread(path, language, text, "timeout")
    if problem := _shape_problem(tree.root_node):
        return _unread(path, language, text, problem)
    # Without a progress callback: with one, py-tree-sitter 0.26.1 dies of a segmentation fault. Size and depth bound it.
    captured = QueryCursor(_captures(language, grammar)).captures(tree.root_node)
    comments = tuple(_comments(tree.root_node, data))
    source = Source(path, data, _in_order(captured), comments, tuple(_broken(tree, adapter)))
    return adapter.module(source, vocabulary.of(text))


def _unread(path: str, language: str, text: str, problem: str) -> Module:
    lines = text.count("\n") + (not text.endswith("\n"))
    return Module(path, language, broken=((1, max(lines, 1)),), problem=problem)


def _refusal(text: str) -> str:
    """Why a text should not be parsed at all, or `""`."""
    if len(text) > LARGEST:
        return "too-large"
    if len(text) > LONGEST_LINE:
        lines = text.split("\n")
        if max(map(len, lines)) > LONGEST_LINE and len(text) / len(lines) > MEAN_LINE:
            return "minified"
    return ""


def _bracket_depth(data: bytes) -> int:
    """The deepest nesting of brackets, by counting alone."""
    steps = data.translate(None, _NOT_BRACKETS).translate(_STEPS)
    return max(accumulate(steps, lambda depth, step: depth + step - 1, initial=0))


def _parse(data: bytes, grammar: Language) -> Tree | None:
    """The tree, or None if it took too long."""
    deadline = time.monotonic() + SECONDS

    def chunk(offset: int, _: Point) -> bytes:
        return data[offset : offset + _CHUNK]

    try:
        # tree-sitter asks for progress only when it reads through a callback, never when it is given bytes.
        return Parser(grammar).parse(chunk, progress_callback=lambda _offset, _error: time.monotonic() > deadline)
    except ValueError:
        return None


def _shape_problem(root: Node) -> str:
    """Why a tree must not be queried, or `""`; looks only where there are nodes enough for that."""
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST_TREE:
            return "too-deep"
        if node.child_count > WIDEST_ERROR and node.has_error:
            return "syntax-error"
        waiting += [(child, depth + 1) for child in node.children if child.descendant_count >= DEEPEST_TREE - depth]
    return ""


@cache
def _captures(language: str, grammar: Language) -> Query:
    package = resources.files("dblint.languages").joinpath(language)
    return Query(grammar, package.joinpath("captures.scm").read_text("utf-8"))


@cache
def _errors(grammar: Language) -> Query:
    return Query(grammar, "(ERROR) @broken (MISSING) @broken")


def _comments(root: Node, data: bytes) -> Iterator[Node]:
    """The comments that speak to dblint."""
    for mention in re.finditer(b"dblint:", data) if b"dblint:" in data else ():
        node = root.descendant_for_byte_range(mention.start(), mention.end())
        if node is not None and "comment" in node.type:
            yield node


def _in_order(captured: dict[str, list[Node]]) -> tuple[tuple[str, Node], ...]:
    """All captures by start, the longer first where two begin together."""
    number = count()  # makes the tuples differ before two nodes have to be compared, which cannot be
    everything = [
        (node.start_byte, -node.end_byte, next(number), name, node) for name, nodes in captured.items() for node in nodes
    ]
    everything.sort()
    return tuple((name, node) for _, _, _, name, node in everything)


def _broken(tree: Tree, adapter: Adapter) -> Iterator[tuple[int, int]]:
    """Merged line ranges of what did not parse."""
    if not tree.root_node.has_error:
        return
    captured = QueryCursor(_errors(tree.language)).captures(tree.root_node)
    errors = [node for node in captured.get("broken", ()) if not adapter.tolerates(node)]
    first = last = 0
    for node in sorted(errors, key=lambda node: node.start_byte):
        start = node.start_point.row + 1
        # An error that ends with a line's end does not reach into the next line.
        end = max(start, node.end_point.row + (node.end_point.column > 0))
        if first and start > last + 1:
            yield first, last
            first = 0
        first, last = first or start, max(last, end)
    if first:
        yield first, last
