"""Which file of the tree a container's command starts."""

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from dblint.discover.kinds import language
from dblint.discover.listing import Listing

# After one of these a bare word is a module; elsewhere `manager` is an argument, even beside a folder of that name.
_MODULE_OPTIONS = frozenset({"-m", "-A", "--app", "--module", "-k:app"})
_MODULE = re.compile(r"\A[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::[\w.()\[\]'\"]*)?\Z")
_SHELL = re.compile(r"\A(?:\S*/)?(?:ba|da|z)?sh\Z")
_BRANCH_END = re.compile(r"^\s*(?:elif\b|else\b|fi\b|;;|esac\b)|;;\s*$")
_MAX_WORDS, _MAX_CALLS = 400, 40
Call = tuple[str, ...]


def started_file(words: Sequence[str], bases: Sequence[str], listing: Listing) -> str | None:
    """The source file that a command starts, looked for below `bases` in turn; None if it is not in the tree.

    A shell script is looked through: with an argument, only the branch for that argument counts.
    """
    return _first(words, bases, listing, set())


def _first(words: Sequence[str], bases: Sequence[str], listing: Listing, seen: set[Call]) -> str | None:
    """The file that the first of several simple commands starts; `seen` are the scripts that were looked through already."""
    return next((found for command in _commands(words) if (found := _started(command, bases, listing, seen))), None)


def split(text: str) -> list[str]:
    """The words of a command line; a line that no shell could read is split at blanks."""
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return text.split()


def _commands(words: Sequence[str]) -> Iterator[list[str]]:
    """The simple commands of a command: `sh -c '…'` opened, `&&`, `;` and `|` taken apart."""
    words = list(words[:_MAX_WORDS])
    for index, word in enumerate(words[:-1]):
        if word in ("-c", "-lc", "-ec", "-xc") and index and _SHELL.match(words[index - 1]):
            for part in re.split(r"&&|\|\||[;\n|]", " ".join(words[index + 1 : index + 2])):
                yield split(part)
            return
    command: list[str] = []
    for word in words:
        if word in ("&&", "||", ";", "|"):
            yield command
            command = []
        else:
            command.append(word)
    yield command


def _started(command: list[str], bases: Sequence[str], listing: Listing, seen: set[Call]) -> str | None:
    """The file that one simple command starts."""
    for index, word in enumerate(command):
        before = command[index - 1] if index else ""
        if before in _MODULE_OPTIONS and _MODULE.match(word):
            found = _module(word, bases, listing)
        elif (word.startswith("-") and "=" not in word) or before in ("-c", "--config"):
            continue
        else:
            found = _path(word, bases, listing)
            if found and (found.endswith((".sh", ".bash")) or _is_script(found, listing)):
                inside = _script(found, command[index + 1 :], bases, listing, seen)
                return inside or found
            if not found and "." in word and "/" not in word and _MODULE.match(word):
                found = _module(word, bases, listing)
        if found:
            return found
    return None


def _is_script(path: str, listing: Listing) -> bool:
    """Whether a file without an extension is a shell script."""
    return "." not in PurePosixPath(path).name and bool(re.match(r"#!.*\b(?:ba|da|z)?sh\b", listing.text(path, 100)))


def _module(word: str, bases: Sequence[str], listing: Listing) -> str | None:
    """The file of a dotted module, or of the module that holds the dotted name."""
    parts = word.partition(":")[0].split(".")
    for length in (len(parts), len(parts) - 1):
        path = "/".join(parts[:length])
        for base in bases if path else ():
            for start in (base, _join(base, "src")):
                for ending in (".py", "/__main__.py", "/__init__.py"):
                    if _join(start, path + ending) in listing.sizes:
                        return _join(start, path + ending)
    return None


def _path(word: str, bases: Sequence[str], listing: Listing) -> str | None:
    """The file that a path in a container means: its leading folders exist in the image only."""
    name = PurePosixPath(word).name
    if not name or "$" in name or ("/" not in word and "." not in word):
        return None
    parts = [part for part in PurePosixPath(word).parts if part not in ("/", ".", "..") and "$" not in part]
    for base in bases:
        for start in range(len(parts)):
            candidate = _join(base, "/".join(parts[start:]))
            if candidate in listing.sizes and _starts(candidate):
                return candidate
    if "/" not in word:
        return None
    # COPY and ADD may have moved the file: a name that exists once can only be that one.
    same = [path for path in listing.by_name.get(name, ()) if _starts(path)]
    return same[0] if len(same) == 1 else None


def _starts(path: str) -> bool:
    """Whether a file can be started: source code or a script without an extension, never settings or SQL."""
    return language(path) not in ("", "sql") or "." not in PurePosixPath(path).name


def _script(path: str, arguments: list[str], bases: Sequence[str], listing: Listing, seen: set[Call]) -> str | None:
    """The file that a shell script starts when it is called with `arguments`."""
    call = (path, *arguments)
    if call in seen or len(seen) >= _MAX_CALLS:
        return None
    seen.add(call)
    lines = re.sub(r"\\\n", " ", listing.text(path, 100_000)).split("\n")
    branch = _branch(lines, arguments[0]) if arguments else None
    for line in lines if branch is None else branch:
        if re.match(r"\s*(?:#|if\b|elif\b|while\b|for\b|case\b|echo\b|export\b|\w+=\S*\s*$)", line):
            continue
        words = split(re.sub(r"\A\s*[\w.|*\"'-]+\)\s*", "", line))
        started = _substituted(words, arguments)
        here = str(PurePosixPath(path).parent)
        found = _first(started, [*dict.fromkeys([*bases, here])], listing, seen) if started else None
        if found and found != path:
            return found
    return None


def _branch(lines: list[str], argument: str) -> list[str] | None:
    """The lines of the `if` or `case` branch that `argument` selects; None if the script does not tell."""
    word = re.escape(argument)
    chosen = re.compile(rf"==?\s*[\"']?{word}[\"']?\s|^\s*(?:[\w*.\"'-]+\s*\|\s*)*\(?[\"']?{word}[\"']?\s*(?:\|[^)]*)?\)")
    for index, line in enumerate(lines):
        if chosen.search(line + " "):
            rest = lines[index + 1 :]
            end = next((position for position, text in enumerate(rest) if _BRANCH_END.search(text)), len(rest))
            first = re.sub(r"\A[^)]*\)", "", line) if ")" in line and not re.search(r"\b(?:el)?if\b", line) else ""
            first = re.sub(r"\A.*?\bthen\b", "", line) if re.search(r"\bthen\s+\S", line) else first
            return [first, *rest[: end + 1]]
    return None


def _substituted(words: list[str], arguments: list[str]) -> list[str]:
    """The words with `$1`, `"$@"` and their like replaced by the script's arguments."""
    result: list[str] = []
    for word in words:
        if word in ("$@", "$*", "${@}"):
            result += arguments
            continue
        result.append(
            re.sub(
                r"\$\{?([1-9])(?::-[^}]*)?\}?",
                lambda found: arguments[int(found[1]) - 1] if int(found[1]) <= len(arguments) else found[0],
                word,
            )
        )
    return result


def _join(base: str, path: str) -> str:
    """`path` below `base`, where `.` is the root."""
    return path if base in (".", "") else f"{base}/{path}"
