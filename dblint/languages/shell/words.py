"""Words of a shell script in pieces, each with its line; what only a run of the script tells stands as a variable.

Source: POSIX, "Shell Command Language", 2.2 Quoting, 2.6 Word Expansions and 2.7.4 Here-Document; the manual of bash.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

UNKNOWN = "?"
"""The name of a variable whose value cannot be told: what a command writes, an expansion that changes a value."""


class Piece(NamedTuple):
    """A text with the offsets in it at which lines begin, or the variable of a name."""

    text: str
    line: int
    breaks: tuple[int, ...] = ()
    name: str = ""


Word = tuple[Piece, ...]
"""The pieces of a word in their order."""

Substitute = Callable[[str, int], Word]
"""Gives what stands for the output of commands whose text and line are known."""

_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?!$-]")
_MARK = re.compile(r"\\(?P<escaped>.)|(?P<hole>\$(?=[\w{(@*#?!])|`|\{\{)|(?P<plain>[^\\$`{]+|.)", re.DOTALL)
_SIMPLE = re.compile(r"\"[^\"\\$`]*\"|\{\w+\}")
"""What opens nothing further inside: the commonest by far."""
_OPENING = {"{": "}", "(": ")"}
_HERE = re.compile(r"<<-?[ \t]*([\"']?)(\w+)\1[^\n]*\n")
_REMARK = re.compile(r"(?<=\s)#[^\n]*")


def literal(word: Word) -> str:
    """What a word says that has no variable in it; empty for any other."""
    if len(word) == 1:
        return word[0].text  # a variable has none
    return "" if any(piece.name for piece in word) else "".join(piece.text for piece in word)


def variable_of(word: Word) -> str:
    """The name of the variable that a word is; empty for any other."""
    return word[0].name if len(word) == 1 else ""


def written(word: Word) -> str:
    """A word as a script of its own says it, for a shell inside the shell (`sh -c "…"`)."""
    return "".join(f"${{{piece.name}}}" if piece.name else piece.text for piece in word)


def without_first(word: Word, length: int) -> Word:
    """A word without that many of the characters that it begins with."""
    first = word[0]
    kept = Piece(first.text[length:], first.line, tuple(each - length for each in first.breaks if each >= length))
    return (kept, *word[1:]) if kept.text else word[1:]


def joined(words: Iterable[Word]) -> Word:
    """Words as `echo` writes them: one behind the other, with blanks between them."""
    found: list[Piece] = []
    for word in filter(None, words):
        found += ([Piece(" ", word[0].line)] if found else []) + list(word)
    return tuple(found)


def fields(word: Word) -> Iterator[Word]:
    """The words that the value of a variable without quotes falls into."""
    found: list[Piece] = []
    for piece in word:
        for part in re.findall(r"\s+|\S+", piece.text) if not piece.name else ():
            if part.isspace() and found:
                yield tuple(found)
                found = []
            elif not part.isspace():
                found.append(Piece(part, piece.line))
        found += [piece] if piece.name else []
    if found:
        yield tuple(found)


def plain(text: str, line: int) -> Word:
    """A text without variables as a word."""
    return (Piece(text, line, tuple(each.end() for each in re.finditer("\n", text))),) if text else ()


def unknown(_: str, line: int) -> Word:
    """What stands for the output of commands that nobody looks at."""
    return (Piece("", line, (), UNKNOWN),)


def quoted(text: str, line: int, substitute: Substitute = unknown, *, quotes: bool = True) -> Word:
    """The pieces of what stands in double quotes, or in a here-document, where `quotes` are nothing but themselves."""
    found: list[Piece] = []
    parts: list[str] = []
    breaks: list[int] = []
    first, length, position = line, 0, 0
    while position < len(text) and (mark := _MARK.match(text, position)):
        position, value, escaped = mark.end(), mark["plain"] or "", mark["escaped"]
        if mark["hole"]:
            found += [Piece("".join(parts), first, tuple(breaks))] if length else []
            parts, breaks, length = [], [], 0
            found += expanded(text, mark.start(), line, substitute)
            position = expansion_end(text, mark.start())
            line += text.count("\n", mark.start(), position)
            continue
        if escaped == "\n":
            line += 1
            breaks += [length] if length else []
            continue
        if escaped:
            value = escaped if escaped in "$`\\" or (quotes and escaped == '"') else mark[0]
        first = first if length else line
        breaks += [length + each.end() for each in re.finditer("\n", value)]
        line += value.count("\n")
        length += len(value)
        parts.append(value)
    return (*found, Piece("".join(parts), first, tuple(breaks))) if length else tuple(found)


def expanded(text: str, start: int, line: int, substitute: Substitute) -> Word:
    """The pieces that stand for the expansion at an offset; a placeholder of a template (`{{ … }}`) is one as well."""
    end = expansion_end(text, start)
    if text[start] == "`":
        return substitute(text[start + 1 : end - 1].replace("\\`", "`"), line)
    if text.startswith("$(", start) and not text.startswith("$((", start):
        return substitute(text[start + 2 : end - 1], line)
    name = _NAME.match(text, start + 2 if text.startswith("${", start) else start + 1)
    told = name is not None and text[name.end() : end] in ("", "}", "[@]}", "[*]}") and text[start] == "$"
    return (Piece("", line, (), name[0] if name is not None and told else UNKNOWN),)


def expansion_end(text: str, start: int) -> int:
    """Where an expansion ends that begins at an offset."""
    if text[start] in "`{":
        mark = "`" if text[start] == "`" else "}}"
        end = text.find(mark, start + 1)
        return end + len(mark) if end >= 0 else len(text)
    if text[start + 1 : start + 2] in _OPENING:
        return closing(text, start + 1)
    name = _NAME.match(text, start + 1)
    return name.end() if name else start + 1


def closing(text: str, start: int) -> int:
    """Where what a bracket or double quote opens at an offset ends, behind what closes it."""
    if simple := _SIMPLE.match(text, start):
        return simple.end()
    opened: list[str] = []
    position = start
    while position < len(text):
        mark, inner = text[position], opened[-1] if opened else ""
        if mark == "\\":
            position += 1
        elif mark == "$" and text[position + 1 : position + 2] in _OPENING:
            position += 1
            opened.append(_OPENING[text[position]])
        elif mark == inner:
            opened.pop()
        elif mark == '"':
            opened.append(mark)
        elif inner != '"' and (mark == "(" or position == start):
            opened.append(_OPENING[mark])
        elif inner == ")":
            position = max(position, _skipped(text, position) - 1)
        position += 1
        if not opened:
            return position
    return len(text)


def _skipped(text: str, position: int) -> int:
    """The end of what stands between brackets and in which nothing opens or closes one: a text, comment or here-document."""
    if text[position] == "'":
        return text.find("'", position + 1) + 1
    if remark := _REMARK.match(text, position):
        return remark.end()
    here = _HERE.match(text, position)
    last = re.compile(rf"^[ \t]*{re.escape(here[2])}[ \t]*$", re.MULTILINE).search(text, here.end()) if here else None
    return last.end() if last else 0
