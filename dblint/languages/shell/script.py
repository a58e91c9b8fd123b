"""A shell script as the commands that it runs, its assignments and its functions, whatever they stand inside of.

Source: POSIX, "Shell Command Language", 2.9 Shell Commands and 2.10 Shell Grammar; the manual of bash. A mistake costs no more
than the words around it: what no shell could read is read on as if it were text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from dblint.languages.shell.words import (
    Piece,
    Word,
    closing,
    expanded,
    expansion_end,
    literal,
    plain,
    quoted,
    unknown,
)


class Document(NamedTuple):
    """A here-document or here-string as it stands there, its first line, and whether variables in it are replaced."""

    text: str
    line: int
    expands: bool

    @property
    def word(self) -> Word:
        """What it says."""
        return quoted(self.text, self.line, quotes=False) if self.expands else plain(self.text, self.line)


class Command(NamedTuple):
    """A simple command: its words, what it reads from the script, and the commands whose output it reads.

    `scope` is the function that it stands in; `strings` are here-strings, `target` is the file that its output goes to.
    """

    words: tuple[Word, ...]
    line: int
    scope: str
    documents: tuple[Document, ...] = ()
    strings: tuple[Word, ...] = ()
    piped: tuple["Command", ...] = ()
    target: Word = ()


class Assignment(NamedTuple):
    """A variable that gets a value, by `=` or `+=`: one word, or those of a list."""

    name: str
    operator: str
    words: tuple[Word, ...]
    line: int
    scope: str


class Defined(NamedTuple):
    """A function and the lines of its body."""

    name: str
    line: int
    end: int


class Script(NamedTuple):
    """What a script says, in the order in which it says it."""

    commands: tuple[Command, ...]
    assignments: tuple[Assignment, ...]
    functions: tuple[Defined, ...]


class _Group(NamedTuple):
    """A list of commands that is open: by what, the first of its commands, and the function whose body it is with its line."""

    kind: str
    first: int
    function: str
    line: int


_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_BETWEEN = re.compile(r"(?:\s|\\\r?\n|(?<=\s)#[^\n]*)+")
_HERE = re.compile(r"\d*<<-?(?!<)[ \t]*(?:(?P<quote>[\"'\\])?(?P<word>[\w.!-]+)[\"']?)")
_STRING = re.compile(r"\d*<<<[ \t]*")
_REDIRECTION = re.compile(r"(?:\d+|&)?(?:>>|>\||[<>]&|<>|[<>])(?!\()[ \t]*")
_REDIRECTS = frozenset("<>&0123456789")
_SEPARATOR = re.compile(r"\|\||&&|;;&?|;&|\|&?|[;&\n]")
_PLAIN = re.compile(r"(?:[^\s'\"\\$`;|&<>(){]|\{(?!\{))+")
_ENDS = frozenset({"", " ", "\n", ";", ")"})
_REST = re.compile(r"(?:[^\\\n]|\\.)*\n?", re.DOTALL)
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(?:\[[^\]\n]*\])?(\+?=)")
_PARENTHESES = re.compile(r"\([ \t]*\)")
_DECLARES = frozenset({"export", "local", "readonly", "declare", "typeset"})
_OPENS = {"{": "}", "while": "done", "until": "done", "for": "done", "select": "done", "if": "fi", "case": "esac"}
_WHOLE = frozenset({"for", "select", "case"})
"""What is followed by words that are no command."""
_SKIPPED = frozenset({"then", "do", "else", "elif", "!", "time"})
_ESCAPES = {"n": "\n", "t": "\t"}


def parse(text: str, line: int = 1, scope: str = "") -> Script:
    """What a script says whose first line is `line`, inside the function `scope` of another."""
    return _Reader(text, line, scope).read()


class _Reader:
    """Reads one text from its beginning to its end."""

    def __init__(self, text: str, line: int, scope: str) -> None:
        self._text, self._position = text, 0
        self._first, self._scope = line, scope
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._commands: list[Command] = []
        self._assignments: list[Assignment] = []
        self._functions: list[Defined] = []
        self._groups: list[_Group] = []
        self._named = ""
        self._documented = 0
        self._output: tuple[Command, ...] = ()
        self._piped: tuple[Command, ...] = ()
        self._begin()

    def read(self) -> Script:
        while self._position < len(self._text):
            self._step(self._text[self._position])
        self._close()
        for group in reversed(self._groups):
            self._leave(group, self._line(self._position))
        return Script(tuple(self._commands), tuple(self._assignments), tuple(self._functions))

    def _begin(self) -> None:
        self._words: list[Word] = []
        self._documents: list[Document] = []
        self._strings: list[Word] = []
        self._target: Word = ()
        self._declares = False
        self._start = self._line(self._position)  # a here-document may stand before any word

    def _line(self, position: int) -> int:
        return self._first + bisect_right(self._ends, position - 1)

    def _step(self, mark: str) -> None:
        text, position = self._text, self._position
        if found := _BLANK.match(text, position) if mark in " \t\r\\" else None:
            self._position = found.end()
        elif mark == "#":
            end = text.find("\n", position)
            self._position = end if end >= 0 else len(text)
        elif mark in _REDIRECTS and self._redirected():
            pass
        elif found := _SEPARATOR.match(text, position) if mark in "|&;\n" else None:
            self._position = found.end()
            self._close()
            self._piped = self._output if found[0] in ("|", "|&") else ()
            if mark == "\n":
                self._position = max(self._position, self._documented)
        elif mark == "(":
            self._bracket()
        elif mark == ")":
            self._position += 1
            self._end_of_bracket()
        elif (self._declares or not self._words) and (assigned := _ASSIGNED.match(text, position)):
            self._assign(assigned)
        else:
            self._add(self._word())

    def _redirected(self) -> bool:
        """Read a redirection if one stands at the position."""
        if here := _HERE.match(self._text, self._position):
            self._document(here)
        elif found := _STRING.match(self._text, self._position):
            self._position = found.end()
            self._strings.append(self._word())
        elif found := _REDIRECTION.match(self._text, self._position):
            self._position = found.end()
            file = self._word()
            self._target = file if found[0].strip() in (">", ">>", "1>", ">|") else self._target
        else:
            return False
        return True

    def _add(self, word: Word) -> None:
        """Take a word of the command that is being read; a reserved word before it is none."""
        text = literal(word)
        if not self._words:
            if text in _SKIPPED:
                return
            if text in _OPENS and text not in _WHOLE:
                self._enter(text)
                return
            self._start = word[0].line if word else self._line(self._position)
            self._declares = text in _DECLARES
        elif text == "{" and literal(self._words[0]) == "function":
            self._named = literal(self._words[1])
            self._begin()
            self._enter(text)
            return
        self._words.append(word)

    def _bracket(self) -> None:
        """A subshell, or the brackets behind the name of a function."""
        if (found := _PARENTHESES.match(self._text, self._position)) and self._words:
            self._named = literal(self._words[-1])
            self._begin()
            self._position = found.end()
            return
        self._position += 1
        self._close()
        self._enter("(")

    def _end_of_bracket(self) -> None:
        if self._groups and self._groups[-1].kind == "(":
            self._close()
            self._leave(self._groups.pop(), self._start)
        elif self._words and literal(self._words[0]) == "case":
            self._enter("case")
        self._begin()  # else a pattern of a case

    def _enter(self, kind: str) -> None:
        self._groups.append(_Group(kind, len(self._commands), self._named, self._line(self._position)))
        self._named = ""

    def _leave(self, group: _Group, line: int) -> None:
        self._output = tuple(self._commands[group.first :])
        if group.function:
            self._functions.append(Defined(group.function, group.line, line))

    def _close(self) -> None:
        """End the command that is being read."""
        first = literal(self._words[0]) if self._words else ""
        if first in _WHOLE:
            self._enter(first)
        elif self._groups and first and first == _OPENS.get(self._groups[-1].kind):
            self._leave(self._groups.pop(), self._start)
        elif self._words or self._documents or self._strings:
            words, documents, strings = tuple(self._words), tuple(self._documents), tuple(self._strings)
            command = Command(words, self._start, self._function, documents, strings, self._piped, self._target)
            self._commands.append(command)
            self._output = (command,)
        self._begin()

    @property
    def _function(self) -> str:
        """The function that is being read."""
        return next((group.function for group in reversed(self._groups) if group.function), self._scope)

    def _document(self, here: re.Match[str]) -> None:
        """A here-document, which begins on the next line, or behind the one before it."""
        rest = _REST.match(self._text, here.end())
        start = max(rest.end() if rest else len(self._text), self._documented)
        last = re.compile(rf"^[ \t]*{re.escape(here['word'])}[ \t\r]*$", re.MULTILINE)
        end = last.search(self._text, start)
        body = self._text[start : end.start() if end else len(self._text)]
        self._documents.append(Document(body, self._line(start), not here["quote"]))
        self._documented = end.end() if end else len(self._text)
        self._position = here.end()

    def _assign(self, assigned: re.Match[str]) -> None:
        self._position = assigned.end()
        line = self._line(self._position)
        if self._text.startswith("(", self._position):
            self._position += 1
            words = tuple(self._listed())
        else:
            words = (self._word(),)
        self._assignments.append(Assignment(assigned[1], assigned[2], words, line, self._function))

    def _listed(self) -> Iterator[Word]:
        """The words of a list up to its closing bracket, which the position ends up behind."""
        while self._position < len(self._text):
            if found := _BETWEEN.match(self._text, self._position):
                self._position = found.end()
            elif self._text[self._position] == ")":
                self._position += 1
                return
            else:
                yield self._word()

    def _word(self) -> Word:
        """The word at the position, which ends up behind it; empty quotes are no piece."""
        found: list[Piece] = []
        start, text = self._position, self._text
        if (run := _PLAIN.match(text, start)) and text[run.end() : run.end() + 1] in _ENDS:
            self._position = run.end()
            return (Piece(run[0], self._line(start)),)
        while self._position < len(text) and (part := self._part(self._position, text[self._position])) is not None:
            found += part
        if self._position == start:
            self._position += 1  # what begins no word
        return _merged(found)

    def _part(self, position: int, mark: str) -> Word | None:
        """A part of a word that begins at the position, which ends up behind it; nothing where the word ends."""
        text, line = self._text, self._line(position)
        if run := _PLAIN.match(text, position):
            self._position = run.end()
            return plain(run[0], line)
        if mark == "'" or text.startswith("$'", position):
            return self._single(position + (mark == "$"), escapes=mark == "$")
        if mark == '"' or text.startswith('$"', position):
            opened = position + (mark == "$")
            self._position = closing(text, opened)
            return quoted(text[opened + 1 : self._position - 1], line, self._output_of)
        if mark == "\\" and text[position + 1 : position + 2] not in ("", "\n"):
            self._position += 2
            return plain(text[position + 1], line)
        if mark in "$`" or text.startswith("{{", position):
            self._position = max(expansion_end(text, position), position + 1)
            return expanded(text, position, line, self._output_of) if self._position > position + 1 else plain(mark, line)
        if mark in "<>" and text.startswith("(", position + 1):
            self._position = closing(text, position + 1)
            self._output_of(text[position + 2 : self._position - 1], line)
            return unknown("", line)
        return None

    def _single(self, start: int, *, escapes: bool) -> Word:
        """What stands in single quotes from an offset; a quote that nothing closes is a character like any other."""
        pattern = re.compile(r"(?:[^'\\]|\\.)*'" if escapes else r"[^']*'", re.DOTALL)
        body = pattern.match(self._text, start + 1)
        line = self._line(start)
        if body is None:
            self._position = start + 1
            return plain("'", line)
        self._position = body.end()
        inner = body[0][:-1]
        if escapes:
            inner = re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), inner, flags=re.DOTALL)
        return plain(inner, line)

    def _output_of(self, text: str, line: int) -> Word:
        """What stands for the output of commands, which are read as well: the text that a single `cat` is given."""
        inner = parse(text, line, self._function)
        self._commands += inner.commands
        self._assignments += inner.assignments
        self._functions += inner.functions
        if len(inner.commands) == 1 and [literal(word) for word in inner.commands[0].words] == ["cat"]:
            documents = inner.commands[0].documents
            return documents[0].word if documents else unknown(text, line)
        return unknown(text, line)


def _merged(pieces: list[Piece]) -> Word:
    """The pieces with texts that follow each other made one."""
    found: list[Piece] = []
    for piece in pieces:
        if not found or piece.name or found[-1].name:
            found.append(piece)
            continue
        before = found[-1]
        length = len(before.text)
        skipped = piece.line - before.line - len(before.breaks)
        breaks = (*before.breaks, *[length] * skipped, *(length + each for each in piece.breaks))
        found[-1] = Piece(before.text + piece.text, before.line, breaks)
    return tuple(found)
