"""What settings say: strings in which `${NAME}` and `${NAME-default}` stand for environment variables."""

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias

from dblint.config.secrets import cleaned, is_secret
from dblint.frameworks.connections import FromEnvironment, UrlOf
from dblint.frameworks.schema import Framework
from dblint.interpret.connecting.variables import read_by, read_from, tagged
from dblint.interpret.evaluation.arguments import argument
from dblint.interpret.evaluation.values import ClassValue, Environment, External, Object, Unknown, Value
from dblint.interpret.mapping.models import Models
from dblint.interpret.strings.texts import Texts
from dblint.interpret.strings.written import GAP, Written
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import (
    Binding,
    Call,
    Choice,
    Class,
    Expression,
    Item,
    Literal,
    Mapping,
    Member,
    Name,
    Spread,
    Text,
)
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.callers import Callers

Placed: TypeAlias = tuple[Expression, Environment]
"""An expression and where it stands."""

_PASSED_ON = frozenset(
    {"int", "str", "bool", "quote_plus", "quote", "bytes", "Path", "resolve_path", "cast", "fspath", "as_posix"}
    | {"Number", "parseInt", "String", "encodeURIComponent"}
)
_SAME = frozenset(
    {"get_secret_value", "unicode_string", "render_as_string", "resolve", "absolute", "decode", "set", "FormatDSN"}
)
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_DEPTH, _STEPS = 12, 5_000
# A file in a folder that only the running program knows lies in the service's own.
_BESIDE = re.compile(r"\A((?:sqlite|duckdb)[\w+]*:///)\$\{\?\}/*")


class Settings(Texts):
    """Evaluates the strings of settings; passwords are cut out before anything is returned by `text`.

    `steps` counts what one connection has cost so far; set it to 0 before the next.
    """

    def __init__(
        self,
        program: Program,
        frameworks: tuple[Framework, ...],
        models: Models,
        value_of: Callable[[Expression, Environment], Value],
        callers: "Callers",
    ) -> None:
        super().__init__(program, value_of, {}, lambda _: None, callers, models.ancestry)
        self.steps = 0
        self._models = models
        self._readers = [rule for framework in frameworks for rule in framework.connections.environment]
        self._urls: dict[str, list[tuple[frozenset[str], UrlOf]]] = {}
        for framework in frameworks:
            for rule in framework.connections.urls:
                for name in rule.calls:
                    self._urls.setdefault(name.rpartition(".")[2], []).append((frozenset(framework.packages), rule))
        self._bases = frozenset(name for framework in frameworks for name in framework.connections.settings_classes)

    def text(self, expression: Expression, at: Environment) -> str:
        """The string that says most about a connection, without passwords; `${?}` stands for what is unknown."""
        return _shown(min(self.of(expression, at), key=_ignorance, default=GAP))

    def passed(self, expression: Expression, at: Environment) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
        """What callers pass for a string, each with those callers; nothing where all pass the same, or one is not passed."""
        variants = self.of(expression, at)
        if len({each.text for each in variants}) < 2 or not min(variants, key=_ignorance).givers:
            return []
        return [(_shown(each), each.givers) for each in variants if each.givers]

    def mappings(self, expression: Expression, at: Environment, depth: int = 0) -> Iterator[dict[str, Placed]]:
        """The dictionaries that an expression can be, with the entries whose keys are known."""
        self.steps += 1
        if depth > _DEPTH or self.steps > _STEPS:
            return
        if isinstance(expression, Mapping):
            yield self._entries(expression, at, depth)
        elif isinstance(expression, Call) and getattr(expression.function, "name", "") == "dict":
            spread = [value for value in expression.arguments if isinstance(value, Mapping)]
            first = self._entries(spread[0], at, depth) if spread else {}
            yield {**first, **self.keywords(expression, at, depth)}
        else:
            for value, where in self._meant(expression, at, depth):
                yield from self.mappings(value, where, depth + 1)

    def first(self, placed: Placed | None) -> dict[str, Placed]:
        """The first dictionary that an expression can be; empty if it is none."""
        return next(self.mappings(*placed), {}) if placed is not None else {}

    def _meant(self, expression: Expression, at: Environment, depth: int) -> Iterator[Placed]:
        """What an expression that is no dictionary itself can stand for."""
        if isinstance(expression, Call):
            yield from self._returned(expression, at)
        elif isinstance(expression, Choice):
            yield from ((option, at) for option in expression.options)
        elif isinstance(expression, Item):
            for holder in self.mappings(expression.value, at, depth + 1):
                yield from (holder[key.text] for key in self.of(expression.key, at) if key.text in holder)
        else:
            yield from (placed for placed in self.bound(expression, at) if placed[0] is not expression)

    def of(self, expression: Expression, at: Environment, depth: int = 0) -> list[Written]:
        """The variants of a string; nothing is known once one connection has cost too much."""
        self.steps += 1
        return super().of(expression, at, depth) if self.steps < _STEPS else [GAP]

    def keywords(self, call: Call, at: Environment, depth: int = 0) -> dict[str, Placed]:
        """The keyword arguments of a call, those of a `**dictionary` too."""
        found: dict[str, Placed] = {}
        for value in call.arguments:
            if isinstance(value, Spread):
                for entries in self.mappings(value.value, at, depth + 1):
                    found |= entries
                    break
        return found | {name: (value, at) for name, value in call.keywords}

    def bound(self, expression: Expression, at: Environment) -> Iterator[Placed]:
        """What a name or an attribute of an object of the tree is bound to."""
        if isinstance(expression, Member):
            found = False
            for unit, definition in self._owners(expression.value, at):
                for binding in _members(unit, definition, expression.name):
                    if binding.value is not None:
                        found = True
                        yield binding.value, Environment(unit, binding.scope)
            if found:
                return
        for value, where, _ in self._bindings.of(expression, at):
            yield value, where

    def _entries(self, mapping: Mapping, at: Environment, depth: int) -> dict[str, Placed]:
        found: dict[str, Placed] = {}
        for key, value in mapping.pairs:
            if isinstance(key, Spread):
                found |= next(self.mappings(key.value, at, depth + 1), {})
            elif isinstance(key, Text):
                found[key.value] = (value, at)
            elif HOLE not in (name := min(self.of(key, at, depth + 1), key=_ignorance).text):
                found[name] = (value, at)
        return found

    def _owners(self, expression: Expression, at: Environment) -> Iterator[tuple[Unit, Class]]:
        """The classes, nearest base first, of the object that an expression is."""
        candidates = [(expression, at)]
        if isinstance(self._value_of(expression, at), Unknown) and isinstance(expression, Name):
            candidates = [(value, where) for value, where, _ in self._bindings.of(expression, at)][:8]
        seen = set()
        for value, where in candidates:
            owner = self._value_of(value, where)
            if isinstance(owner, Object | ClassValue) and (owner.unit.path, owner.definition.qualified) not in seen:
                seen.add((owner.unit.path, owner.definition.qualified))
                yield from self._models.ancestry(owner.unit, owner.definition)

    def _variants(self, expression: Expression, at: Environment, depth: int) -> Iterator[Written]:
        if isinstance(expression, Choice):
            yield from self._chosen(expression, at, depth)
        else:
            yield from super()._variants(expression, at, depth)

    def _joined(self, parts: list[list[Written]]) -> Iterator[Written]:
        """Of each part what says most about it: the alternatives of settings do not depend on each other."""
        return super()._joined([[min(part, key=_ignorance)] for part in parts if part])

    def _chosen(self, choice: Choice, at: Environment, depth: int) -> Iterator[Written]:
        """`a or b`: what follows a variable is its default."""
        first, *others = choice.options
        rest = [variant for option in others for variant in self.of(option, at, depth + 1) if not _is_null(option)]
        for variant in self.of(first, at, depth + 1):
            if rest and variant.text.startswith("${") and variant.text.endswith("}") and "-" not in variant.text:
                yield from (Written(f"{variant.text[:-1]}-{other.text}}}") for other in rest if HOLE not in other.text)
            yield variant
        yield from rest

    def _named(self, expression: Name | Member, at: Environment, depth: int) -> Iterator[Written]:
        found = False
        for variant in self._attribute(expression, at, depth) if isinstance(expression, Member) else ():
            found = True
            yield variant
        if not found:
            yield from super()._named(expression, at, depth)

    def _attribute(self, expression: Member, at: Environment, depth: int) -> Iterator[Written]:
        """The attribute of an object: what methods set it to, what a property returns, the variable that it is read from."""
        holder = self._value_of(expression.value, at)
        if isinstance(holder, External) and (rule := self._reader(holder.path)) and rule.items:
            yield Written(f"${{{expression.name}}}")  # `process.env.DATABASE_URL`
            return
        for unit, definition in self._owners(expression.value, at):
            inside = unit.functions.get(f"{definition.qualified}.{expression.name}")
            bound = _members(unit, definition, expression.name)
            if inside is not None:
                for result in inside.returns:
                    yield from self.of(result, Environment(unit, inside.qualified), depth + 1)
            elif bound and self._is_settings(unit, definition):
                yield from self._field(unit, definition, bound[0], depth)
            else:
                for binding in bound:
                    if binding.value is not None:
                        yield from self.of(binding.value, Environment(unit, binding.scope), depth + 1)
                    elif (variable := tagged(binding)) is not None:
                        yield from self._variable(*variable, Environment(unit, definition.qualified), depth)

    def _is_settings(self, unit: Unit, definition: Class) -> bool:
        """Whether a class takes its fields from environment variables (pydantic's `BaseSettings`)."""
        for owner, ancestor in self._models.ancestry(unit, definition):
            for base in ancestor.bases:
                value = self._value_of(base, Environment(owner, ancestor.scope))
                if isinstance(value, External) and value.last in self._bases:
                    return True
        return False

    def _field(self, unit: Unit, definition: Class, binding: Binding, depth: int) -> Iterator[Written]:
        """The variable of a settings field, with its default."""
        at = Environment(unit, definition.qualified)
        name, default = self._prefix(unit, definition) + binding.target, binding.value
        if isinstance(default, Call) and getattr(default.function, "name", "") == "Field":
            written = argument(default, ("validation_alias", "alias", "env"))
            if isinstance(written, Text):
                name = written.value
            default = argument(default, (0, "default"))
        yield from self._variable(name.upper(), default, at, depth)

    def _prefix(self, unit: Unit, definition: Class) -> str:
        """The prefix of a settings class: `model_config = SettingsConfigDict(env_prefix=…)`, or that of its class `Config`."""
        for owner, ancestor in self._models.ancestry(unit, definition):
            for binding in owner.bindings.get((f"{ancestor.qualified}.Config", "env_prefix"), ()):
                if isinstance(binding.value, Text):
                    return binding.value.value
            for binding in owner.bindings.get((ancestor.qualified, "model_config"), ()):
                if binding.value is not None:
                    at = Environment(owner, ancestor.qualified)
                    options = self.keywords(binding.value, at) if isinstance(binding.value, Call) else {}
                    for entries in (options, *self.mappings(binding.value, at)):
                        if "env_prefix" in entries and isinstance(entries["env_prefix"][0], Text):
                            return entries["env_prefix"][0].value
        return ""

    def _variable(self, name: str, default: Expression | None, at: Environment, depth: int) -> Iterator[Written]:
        """A variable with each of its defaults; never the value of a secret."""
        written = False
        for variant in self.of(default, at, depth + 1) if default is not None and not is_secret(name) else ():
            if HOLE not in variant.text and not _is_null(default):
                written = True
                yield Written(f"${{{name}-{cleaned(variant.text)}}}")
        if not written:
            yield Written(f"${{{name}}}")

    def _item(self, value: Expression, key: Expression, at: Environment, depth: int) -> Iterator[Written]:
        holder = self._value_of(value, at)
        if isinstance(holder, External) and (rule := self._reader(holder.path)) and rule.items:
            for variant in self.of(key, at, depth + 1):
                if HOLE not in variant.text:
                    yield Written(f"${{{variant.text}}}")
            return
        found = False
        for entries in self.mappings(value, at):
            for wanted in self.of(key, at, depth + 1):
                if wanted.text in entries:
                    found = True
                    yield from self.of(*entries[wanted.text], depth + 1)
        if not found and (name := read_from(value, key)):
            yield from self._variable(name, None, at, depth)
        elif not found:
            yield from super()._item(value, key, at, depth)

    def _reader(self, path: str) -> FromEnvironment | None:
        return next((rule for rule in self._readers if any(fnmatchcase(path, pattern) for pattern in rule.paths)), None)

    def _method(self, function: Member, call: Call, at: Environment, depth: int) -> Iterator[Written] | None:
        value = self._value_of(function, at)
        if isinstance(value, External) and (self._reader(value.path) or self._url_rule(value)):
            return None
        if function.name in {
            "get_secret_value",
            "unicode_string",
            "render_as_string",
            "resolve",
            "absolute",
            "decode",
            "set",
            "FormatDSN",
        }:
            return iter(self.of(function.value, at, depth + 1))
        return super()._method(function, call, at, depth)

    def _call(self, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        if (variable := read_by(call)) is not None:
            yield from self._variable(*variable, at, depth)
            return
        if isinstance(call.function, Name) and call.function.name in _PASSED_ON and call.arguments:
            yield from self.of(call.arguments[0], at, depth + 1)
            return
        found = list(super()._call(call, at, depth))
        # A function that reads a variable and has something else to give where it is not set.
        defaults = [v.text for v in found if v.text and HOLE not in v.text and "$" not in v.text]
        for variant in found:
            read = _VARIABLE.fullmatch(variant.text)
            if read and defaults and not is_secret(read[1]):
                yield from (Written(f"${{{read[1]}-{cleaned(default)}}}") for default in defaults)
        yield from found

    def _external(self, function: External, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        reader = self._reader(function.path)
        if reader is not None and not reader.items:
            named = argument(call, reader.name)
            default = argument(call, reader.default)
            names = [reader.variable] if named is None else [variant.text for variant in self.of(named, at, depth + 1)]
            for name in dict.fromkeys(reader.variable if HOLE in each else each for each in names):
                if name:
                    yield from self._variable(name, default, at, depth)
            return
        if (rule := self._url_rule(function)) is not None:
            yield from self._url_from(rule, call, at, depth)
        elif function.last in _PASSED_ON and call.arguments:
            yield from self.of(call.arguments[0], at, depth + 1)
        else:
            yield from super()._external(function, call, at, depth)

    def _url_rule(self, function: External) -> UrlOf | None:
        rules = self._urls.get(function.last, ())
        return next((rule for packages, rule in rules if packages & function.packages), None)

    def _url_from(self, rule: UrlOf, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        given = argument(call, rule.url)
        if given is not None:
            yield from self.of(given, at, depth + 1)
            return
        keywords = self.keywords(call, at)

        def part(places: tuple[int | str, ...]) -> str:
            found = pick(call, keywords, places, at)
            return self.text(*found) if found is not None and not _is_null(found[0]) else ""

        engine, host = part(rule.engine), part(rule.host)
        if engine or host:
            port, database, user = part(rule.port), part(rule.database), part(rule.user)
            yield Written(url_of(engine, host, port, database.removeprefix("/"), user))


def pick(call: Call, keywords: dict[str, Placed], places: tuple[int | str, ...], at: Environment) -> Placed | None:
    """The first argument that is given at one of the places."""
    for place in places:
        if isinstance(place, str) and place in keywords:
            return keywords[place]
        if isinstance(place, int) and place < len(call.arguments) and not isinstance(call.arguments[place], Spread):
            return call.arguments[place], at
    return None


def url_of(engine: str, host: str, port: str, database: str, user: str, schema: str = "") -> str:
    """A URL of these parts."""
    if engine.partition("+")[0] in ("sqlite", "duckdb"):
        return _BESIDE.sub(r"\1", f"{engine}:///{database}")
    host = f"[{host}]" if host.count(":") > 1 and "$" not in host else host
    address = (f"{user}@" if user else "") + host + (f":{port}" if port and ":" not in host.partition("}")[2] else "")
    return f"{engine}://{address}" + (f"/{database}" if database else "") + (f"?currentSchema={schema}" if schema else "")


def _shown(written: Written) -> str:
    """A text without passwords, in which `${?}` stands for what is unknown."""
    return _BESIDE.sub(r"\1", cleaned(written.text.replace(HOLE, "${?}")))


def _members(unit: Unit, definition: Class, name: str) -> tuple[Binding, ...]:
    """The bindings of an attribute in the class and in its methods."""
    bound = (*unit.bindings.get((definition.qualified, name), ()), *unit.attributes.get((definition.qualified, name), ()))
    return tuple(binding for binding in bound if binding.operator in ("=", ":"))


def _is_null(expression: Expression | None) -> bool:
    return isinstance(expression, Literal) and expression.value is None


def _ignorance(variant: Written) -> tuple[bool, int, int, int]:
    """How little a variant says: no scheme where another has one, unknown parts, databases for trials, no default."""
    text = variant.text
    trial = 2 if ":memory:" in text else 1 if text.startswith("sqlite") else 0
    unknown = text.count(HOLE) if text.strip(HOLE) else 99
    return ("://" not in text and not text.startswith("${"), unknown, trial, 0 if "-" in text or "${" not in text else 1)
