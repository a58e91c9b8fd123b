"""Rules: one YAML file each, read and checked; every mistake is collected with its place."""

import difflib
import re
import typing
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from dblint.config.document import DocumentError, Node, at, documents, duplicates, plain
from dblint.config.model import Configuration, ConfigurationError, Mistake
from dblint.config.words import meant
from dblint.judge.checks import CHECKS, query
from dblint.judge.checks.scope import Scope
from dblint.model.base import Fact
from dblint.model.findings import Severity
from dblint.query import QueryError, checked

_EXAMPLES = re.compile(r"^(?:bad|good):", re.MULTILINE)
"""The last two keys of every rule that comes with dblint."""


class Expectation(Fact, frozen=True, forbid_unknown_fields=True):
    """A finding that a bad example must give."""

    service: str
    table: str
    path: str
    line: int


class Example(Fact, frozen=True, forbid_unknown_fields=True):
    """A miniature tree: `files` by path, `config` the text of its dblint.yaml; a bad one says in `expect` what is found.

    `base` are the files that the base has already; without any there is no base.
    """

    files: dict[str, str]
    title: str = ""
    config: str = ""
    base: tuple[str, ...] = ()
    expect: tuple[Expectation, ...] = ()


class Rule(Fact, frozen=True):
    """What is judged, by which check with which options, and how bad it is; `path` is the file that says so."""

    id: str
    name: str
    severity: Severity
    summary: str
    rationale: str
    remedy: str
    check: str
    options: Scope
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()
    path: str = ""


class _File(Fact, frozen=True, forbid_unknown_fields=True):
    """The keys of a rule file; the options are checked against those of the check."""

    id: str
    name: str
    severity: Severity
    summary: str
    rationale: str
    remedy: str
    check: str = ""
    query: str = ""
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()


def load(configuration: Configuration, root: Path, *, examples: bool = True) -> tuple[Rule, ...]:
    """The rules that come with dblint and those in the project's own rule folders, in the order of their ids.

    Without `examples`, those that come with dblint have none: to judge takes none, and they are most of what there is to read.

    Raises:
        ConfigurationError: with every mistake in a rule file, and every severity or allowance for a rule that does not exist.
    """
    mistakes: list[Mistake] = []
    rules: list[Rule] = []
    files: list[tuple[str, Path]] = []
    for folder in configuration.rule_folders:
        own = _files(root / folder)
        if not own:
            mistakes.append(Mistake(configuration.path, 1, 1, f"the rule folder '{folder}' holds no rule (*.yaml)"))
        files += [(path.relative_to(root).as_posix(), path) for path in own]
    rules += _own(examples=examples)
    for name, path in files:
        try:
            rules.append(read(name, path.read_text("utf-8")))
        except ConfigurationError as error:
            mistakes += error.mistakes
        except (OSError, UnicodeDecodeError):
            mistakes.append(Mistake(name, 1, 1, "cannot be read as UTF-8 text"))
    mistakes += _clashes(rules)
    mistakes += _unknown(configuration, rules)
    if mistakes:
        raise ConfigurationError(tuple(mistakes))
    return tuple(sorted(rules, key=lambda rule: (rule.id, rule.name)))


@cache
def _own(*, examples: bool) -> tuple[Rule, ...]:
    """The rules that come with dblint, which a run asks for several times."""
    texts = ((path.name, path.read_text("utf-8")) for path in _files(shipped()))
    return tuple(read(name, text if examples else _EXAMPLES.split(text)[0]) for name, text in texts)


def shipped() -> Path:
    """The folder of dblint's own rules: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def suggestion(name: str, rules: Iterable[Rule]) -> str:
    """` (did you mean 'cross-service-read'?)` where a rule has a similar name or id, else nothing."""
    known = {word.casefold(): word for rule in rules for word in (rule.name, rule.id)}
    close = difflib.get_close_matches(name.casefold(), known, n=1)
    return f" (did you mean '{known[close[0]]}'?)" if close else ""


def read(name: str, text: str) -> Rule:
    """The rule that a file states; `name` is the file's name in messages.

    Raises:
        ConfigurationError: with the mistakes in the file.
    """
    try:
        found = documents(text)
    except DocumentError as error:
        raise ConfigurationError((Mistake(name, error.line, error.column, error.message),)) from None
    if len(found) != 1 or found[0].kind != "mapping":
        raise ConfigurationError((Mistake(name, 1, 1, "must be one mapping of keys such as `id`, `name` and `check`"),))
    node = found[0]
    twice = tuple(Mistake(name, key.line, key.column, f"key '{key.text}' is written twice") for key in duplicates(node))
    unknown = tuple(_unknown_keys(name, node, _File))
    if twice or unknown:
        raise ConfigurationError(twice + unknown)
    file = _converted(name, node, (), _File)
    if bool(file.check) == bool(file.query):
        raise ConfigurationError((Mistake(name, node.line, node.column, "needs either 'check' or 'query'"),))
    if file.query:
        return _rule(name, file, "query", _policy(name, node, file))
    check = CHECKS.get(file.check) if file.check != "query" else None
    if check is None:
        place = at(node, ("check",))[0]
        close = difflib.get_close_matches(file.check, CHECKS, n=1)
        hint = f" (did you mean '{close[0]}'?)" if close else f"; there are {', '.join(CHECKS)}"
        raise ConfigurationError((Mistake(name, place.line, place.column, f"unknown check '{file.check}'{hint}"),))
    written = node.get("options")
    if written is not None and (unknown := tuple(_unknown_keys(name, written, check.options))):
        raise ConfigurationError(unknown)
    options = _converted(name, written, ("options",), check.options) if written is not None else check.options()
    return _rule(name, file, file.check, options)


def _policy(name: str, node: Node, file: _File) -> Scope:
    """The options of a rule with a query, which is tried on no facts at all."""
    place = at(node, ("query",))[0]
    written = node.get("options")
    if written is not None and (unknown := tuple(_unknown_keys(name, written, Scope))):
        raise ConfigurationError(unknown)
    try:
        columns = checked(file.query)
    except QueryError as error:
        raise ConfigurationError((Mistake(name, place.line, place.column, f"the query is refused: {error}"),)) from None
    if missing := [column for column in query.REQUIRED if column not in columns]:
        message = (
            f"the query gives no column {', '.join(missing)}; it must give {', '.join(query.REQUIRED)} and may give table_id"
        )
        raise ConfigurationError((Mistake(name, place.line, place.column, message),))
    return _converted(name, written, ("options",), query.Options, sql=file.query) if written else query.Options(sql=file.query)


def _rule(name: str, file: _File, check: str, options: Scope) -> Rule:
    return Rule(
        id=file.id,
        name=file.name,
        severity=file.severity,
        summary=" ".join(file.summary.split()),
        rationale=file.rationale.strip(),
        remedy=" ".join(file.remedy.split()),
        check=check,
        options=options,
        bad=file.bad,
        good=file.good,
        path=name,
    )


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def _converted(name: str, node: Node, above: tuple[str, ...], wanted: type[Any], **more: str) -> Any:
    """The node as the wanted type, with `more` fields; raises a ConfigurationError at the node that does not fit."""
    written = plain(node)
    try:
        return msgspec.convert(written | more if isinstance(written, dict) else written, wanted, strict=False)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        path = tuple(int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]`]+", where))
        place, key = at(node, path)
        steps = ".".join(str(step) for step in (*above, *path))
        spot = key or place
        hint = _choices(wanted, path, place.text) if "enum value" in message else ""
        raise ConfigurationError((Mistake(name, spot.line, spot.column, _explained(message, steps) + hint),)) from None


def _choices(wanted: type[Any], path: tuple[str | int, ...], written: str) -> str:
    """The values that may stand at the path, and the one that was meant."""
    kind: Any = wanted
    for step in path:
        if isinstance(step, str) and hasattr(kind, "__struct_fields__"):
            kind = next(field.type for field in msgspec.structs.fields(kind) if field.encode_name == step)
        else:
            kind = typing.get_args(kind)[-1 if isinstance(step, str) else 0]
    while options := typing.get_args(getattr(kind, "__value__", kind)):
        if all(isinstance(option, str) for option in options):
            return f": {', '.join(options)}{meant(written, options)}"
        kind = options[0]
    return ""


def _explained(message: str, steps: str) -> str:
    """The complaint in our words."""
    missing = re.search(r"missing required field `(.+)`", message)
    if missing:
        return f"missing key '{missing[1]}'" + (f" in '{steps}'" if steps else "")
    unknown = re.search(r"unknown field `(.+)`", message)
    if unknown:
        return f"unknown key '{unknown[1]}'" + (f" in '{steps}'" if steps else "")
    choice = re.search(r"Invalid enum value '?(.*?)'?$", message)
    if choice:
        return f"'{choice[1]}' is not one of the values that '{steps}' can have"
    kind = re.search(r"Expected `(\w+)", message)
    words = {"str": "text", "int": "a number", "array": "a list", "object": "a mapping"}
    return f"'{steps}' must be {words.get(kind[1], kind[1])}" if kind else f"'{steps}' has a value that does not fit"


def _unknown_keys(name: str, node: Node, wanted: type[Fact]) -> Iterator[Mistake]:
    """Every key of the mapping that the type does not have."""
    known = [field.encode_name for field in msgspec.structs.fields(wanted)]
    for key, _ in node.pairs:
        if key.text not in known:
            close = difflib.get_close_matches(key.text, known, n=1)
            hint = f" (did you mean '{close[0]}'?)" if close else f"; known are {', '.join(known)}"
            yield Mistake(name, key.line, key.column, f"unknown key '{key.text}'{hint}")


def _clashes(rules: Iterable[Rule]) -> Iterator[Mistake]:
    """Rules that share a name or an id."""
    seen: dict[str, Rule] = {}
    for rule in rules:
        for word in (rule.id, rule.name):
            first = seen.setdefault(word.casefold(), rule)
            if first is not rule:
                yield Mistake(rule.path, 1, 1, f"'{word}' is already the name or id of the rule in {first.path}")


def _unknown(configuration: Configuration, rules: Iterable[Rule]) -> Iterator[Mistake]:
    """Severities and allowances for rules that do not exist."""
    known = {word.casefold() for rule in rules for word in (rule.id, rule.name)}
    named = [(setting.name, setting.place) for setting in configuration.rules]
    named += [(entry.rule, entry.place) for entry in configuration.allow if entry.rule]
    named += [(entry.rule, entry.place) for entry in configuration.severities if entry.rule]
    for name, place in named:
        if name.casefold() not in known:
            yield Mistake(place.path, place.line, place.column, f"unknown rule '{name}'{suggestion(name, rules)}")
