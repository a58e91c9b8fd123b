"""Buckets and measurements of time-series databases: points that are written, queries in Flux and InfluxQL.

The object is `bucket/measurement`, its tags and fields are columns. Source: InfluxDB's documentation of Flux (`from`, `to`), of
InfluxQL (`SELECT … INTO … FROM`) and of line protocol.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from dblint.frameworks.schema import Framework
from dblint.frameworks.series import SeriesRule
from dblint.frameworks.verbs import Does
from dblint.interpret.evaluation.arguments import argument, called
from dblint.interpret.evaluation.values import Environment, External
from dblint.interpret.queries.accesses import of_name
from dblint.interpret.queries.record import Notes, others
from dblint.interpret.strings.sinks import Sinks, receiver_of
from dblint.interpret.strings.written import GAP, Written
from dblint.model.facts import RawAccess, RawStatement
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.model.syntax import Call, Each, Expression, Items, Mapping, Member, Name, Text
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

_DEEPEST = 4
_SOURCE = re.compile(r"(?<![\w.])from\s*\(\s*bucket\s*:\s*(?:\"([^\"]*)\"|[^\")]*)")
_TARGET = re.compile(r"\|>\s*to\s*\(\s*(?:bucket\s*:\s*)?(?:\"([^\"]*)\"|[^\")]*)")
_MEASUREMENT = re.compile(r"_measurement\"?\]?\s*==\s*(?:\"([^\"]*)\"|(\S))")
_FIELD = re.compile(r"_field\"?\]?\s*==\s*\"([^\"]*)\"")
_PART = r"(?:\"[^\"]*\"|[\w$-]+|\.\.)"
_FROM = re.compile(rf"\b(FROM|INTO)\s+(/[^/]*/|{_PART}(?:\.{{1,2}}{_PART})*)", re.IGNORECASE)
_LINE = re.compile(r"((?:\\.|[^,\s\\])+)(?:,(\S*))?\s+(\S+)")
_WORDS = "tag field addTag addField Tag Field AddTag AddField floatField intField uintField stringField booleanField"
_COLUMNS = frozenset(_WORDS.split())


class _Named(NamedTuple):
    """A bucket or measurement that is used, with holes where a part is unknown, and who gives the name."""

    does: Does
    name: str
    columns: tuple[str, ...]
    givers: tuple[tuple[str, str], ...] = ()


def series(evaluator: "Evaluator", sinks: Sinks, call: Call, at: Environment, packages: frozenset[str], notes: Notes) -> bool:
    """Note what a call writes to or reads from a time-series database; return whether it is such a call."""
    for framework, rule in sinks.series.get(called(call), ()):
        if not _is_meant(evaluator, call, framework, at, packages):
            continue
        written = argument(call, rule.text)
        if written is None:
            continue
        found = list(_written(evaluator, call, rule, written, at) if rule.does == "insert" else _asked(evaluator, written, at))
        if not found and rule.does == "read":
            continue
        _record(framework, call, found, at, notes)
        return True
    return False


def _is_meant(evaluator: "Evaluator", call: Call, framework: Framework, at: Environment, packages: frozenset[str]) -> bool:
    """Return whether a call is one of the framework's: by what it is called on, else by what its file imports."""
    receiver = receiver_of(evaluator, call, at)
    if isinstance(receiver, External):
        return receiver.is_of(framework)
    return not packages.isdisjoint(framework.packages)


def _record(framework: Framework, call: Call, found: list[_Named], at: Environment, notes: Notes) -> None:
    place = Place(at.unit.path, call.line)
    known = [each for each in found if each.name.strip("/") and HOLE not in each.name]
    for each in found if not known else ():
        notes.unknown(place, "dynamic-bucket", each.name, at, framework.store)
    by_givers: dict[tuple[tuple[str, str], ...], list[RawAccess]] = {}
    for each in known:
        access = of_name(TableName(each.name, quoted=True), each.does, each.columns or None, place, framework)
        by_givers.setdefault(others(each.givers, at), []).append(access)
    for givers, accesses in by_givers.items():
        notes.state(RawStatement(place, framework.name, tuple(accesses), (), at.scope, givers=givers))


def _asked(evaluator: "Evaluator", written: Expression, at: Environment) -> Iterator[_Named]:
    """Yield what a query reads and writes, in whichever of the languages it is."""
    for item in evaluator.names_in(written, at, "influxdb"):
        found: Iterator[_Named] = iter(())
        if _SOURCE.search(item.text):
            found = _of_flux(item.text)
        elif re.match(r"\s*(?:SELECT|CREATE\s+CONTINUOUS)\b", item.text, re.IGNORECASE):
            found = _of_influxql(item.text)
        yield from (each._replace(givers=item.givers) for each in found)


def _of_flux(text: str) -> Iterator[_Named]:
    starts = [*_SOURCE.finditer(text)]
    for position, start in enumerate(starts):
        end = starts[position + 1].start() if position + 1 < len(starts) else len(text)
        part = text[start.start() : end]
        bucket = start.group(1) or HOLE
        measured = [known or HOLE for known, _ in _MEASUREMENT.findall(part)]
        fields = tuple(dict.fromkeys(_FIELD.findall(part)))
        names = [name for name in measured if HOLE not in name]
        for name in names or [""]:
            yield _Named("read", f"{bucket}/{name}".rstrip("/"), fields)
            for target in _TARGET.finditer(part):
                yield _Named("insert", f"{target.group(1) or HOLE}/{name}".rstrip("/"), fields)


def _of_influxql(text: str) -> Iterator[_Named]:
    for word, named in _FROM.findall(text):
        if named.startswith("("):
            continue
        name = HOLE if named.startswith("/") else re.split(r"\.+", named.replace('"', ""))[-1]
        yield _Named("insert" if word.upper() == "INTO" else "read", name, ())


def _written(evaluator: "Evaluator", call: Call, rule: SeriesRule, written: Expression, at: Environment) -> Iterator[_Named]:
    """Yield the measurements of the points that a call writes, each in its bucket."""
    nameless = Written("")
    buckets = [nameless] if rule.plain else _buckets(evaluator, call, rule, at)
    points = list(dict.fromkeys(_points(evaluator, rule, written, at, 0))) or [(nameless, ())]
    for bucket in buckets:
        for measurement, columns in points:
            whole = bucket + Written("/") + measurement
            yield _Named("insert", whole.text.strip("/"), columns, whole.givers)


def _buckets(evaluator: "Evaluator", call: Call, rule: SeriesRule, at: Environment) -> list[Written]:
    written = argument(call, rule.bucket) if rule.bucket else None
    where = at
    if written is None and isinstance(call.function, Member):
        written, where = next(_given(evaluator, call.function.value, rule, at, 0), (None, at))
    texts = evaluator.names_in(written, where, "influxdb") if written is not None else []
    return texts or [GAP]


def _given(
    evaluator: "Evaluator", receiver: Expression, rule: SeriesRule, at: Environment, depth: int
) -> Iterator[tuple[Expression, Environment]]:
    """Yield the bucket in the call that gave what a method is called on (`client.WriteAPI(org, bucket)`)."""
    if depth > _DEEPEST:
        return
    if isinstance(receiver, Call) and called(receiver) in rule.bucket_of:
        place = rule.bucket_of[called(receiver)]
        if place < len(receiver.arguments):
            yield receiver.arguments[place], at
        return
    for value, where, _ in evaluator.texts.meanings(receiver, at) if isinstance(receiver, Name | Member) else ():
        yield from _given(evaluator, value, rule, where, depth + 1)


def _points(
    evaluator: "Evaluator", rule: SeriesRule, written: Expression, at: Environment, depth: int
) -> Iterator[tuple[Written, tuple[str, ...]]]:
    """Yield (measurement, tags and fields) of points: objects, line protocol, or what the library's builder makes."""
    if depth > _DEEPEST:
        return
    if rule.measurement:
        yield from ((item, ()) for item in evaluator.names_in(written, at, "influxdb"))
        return
    match written:
        case Items(values=values):
            for value in values:
                yield from _points(evaluator, rule, value, at, depth + 1)
        case Each(element=element):
            yield from _points(evaluator, rule, element, at, depth + 1)
        case Mapping():
            yield from _object(evaluator, written, at)
        case Call() if (made := _builder(written, rule)) is not None:
            columns = tuple(
                each.arguments[0].value
                for each in _steps(written)
                if called(each) in _COLUMNS and each.arguments and isinstance(each.arguments[0], Text)
            )
            yield from ((item, columns[::-1]) for item in evaluator.names_in(made, at, "influxdb"))
        case Name() | Member():
            for value, where, _ in evaluator.texts.meanings(written, at):
                yield from _points(evaluator, rule, value, where, depth + 1)
        case _:
            yield from _lines(evaluator, written, at)


def _object(evaluator: "Evaluator", written: Mapping, at: Environment) -> Iterator[tuple[Written, tuple[str, ...]]]:
    entries = {key.value: value for key, value in written.pairs if isinstance(key, Text)}
    held = [entries[name] for name in ("tags", "fields") if name in entries]
    columns = tuple(key.value for each in held if isinstance(each, Mapping) for key, _ in each.pairs if isinstance(key, Text))
    if "measurement" in entries:
        yield from ((item, columns) for item in evaluator.names_in(entries["measurement"], at, "influxdb"))


def _lines(evaluator: "Evaluator", written: Expression, at: Environment) -> Iterator[tuple[Written, tuple[str, ...]]]:
    for item in evaluator.texts.of(written, at):
        found = _LINE.match(item.text)
        if found is not None:
            pairs = (found.group(2) or "").split(",") + found.group(3).split(",")
            yield replace(item, text=found.group(1)), tuple(pair.partition("=")[0] for pair in pairs if "=" in pair)


def _builder(call: Call, rule: SeriesRule) -> Expression | None:
    """Return the measurement that a chain of calls begins with (`Point("cpu").tag(…)`)."""
    made = (each for each in _steps(call) if called(each) in rule.points and each.arguments)
    found = next(made, None)
    return found.arguments[0] if found is not None else None


def _steps(node: Expression) -> Iterator[Call]:
    """Yield the calls of a chain, the last first."""
    while isinstance(node, Call | Member):
        if isinstance(node, Call):
            yield node
            node = node.function
        else:
            node = node.value
