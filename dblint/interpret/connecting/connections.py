"""Every connection that code opens or configures, and what its logical name is."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dblint.frameworks.connections import OpenedBy, WrittenAs
from dblint.frameworks.schema import Framework
from dblint.interpret.connecting.settings import Placed, Settings, pick, url_of
from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Environment, External, Several, Value
from dblint.model.facts import RawConnection
from dblint.model.place import Place
from dblint.model.syntax import Call, Items, Literal, Text

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

# The words for the same parts in dictionaries of settings: Django's, Tortoise's, Piccolo's and the drivers'.
_WORDS = {
    "engine": ("ENGINE", "engine", "drivername", "dialect", "driver", "provider"),
    "host": ("HOST", "host", "hostname", "server"),
    "port": ("PORT", "port"),
    "database": ("NAME", "database", "dbname", "db_name", "db", "name", "file_path", "path", "filename"),
    "user": ("USER", "user", "username"),
    "schema": ("SCHEMA", "schema"),
    "url": ("url", "dsn", "uri", "conninfo", "connectionString", "clientUrl"),
}
# django/db/backends and the packages that add to them; the last word of the dotted name.
_DJANGO = {
    "postgresql": "postgresql", "postgresql_psycopg2": "postgresql", "postgis": "postgresql", "mysql": "mysql",
    "sqlite3": "sqlite", "spatialite": "sqlite", "oracle": "oracle", "mssql": "sqlserver", "pyodbc": "sqlserver",
    "psqlextra": "postgresql", "cockroachdb": "postgresql", "asyncpg": "postgresql", "psycopg": "postgresql",
}  # fmt: skip


class Connections:
    """Finds the connections of one program; `origin` tells which of them a value comes from."""

    def __init__(self, frameworks: tuple[Framework, ...]) -> None:
        self.opened: dict[str, list[tuple[str, Framework, OpenedBy]]] = {}
        self.written: dict[str, list[tuple[Framework, WrittenAs]]] = {}
        self._chosen = frozenset(name for framework in frameworks for name in framework.connections.chosen_by)
        self._keywords = frozenset(name for framework in frameworks for name in framework.connections.keyword)
        self._holders = tuple(name for framework in frameworks for name in framework.connections.holders)
        for framework in frameworks:
            for rule in framework.connections.opened_by:
                for name in rule.calls:
                    self.opened.setdefault(name.rpartition(".")[2], []).append((name, framework, rule))
            for setting in framework.connections.settings:
                self.written.setdefault(setting.name, []).append((framework, setting))

    def rule(self, function: Value, name: str) -> tuple[Framework, OpenedBy] | None:
        """What a call opens, if it opens anything."""
        for written, framework, rule in self.opened.get(name, ()):
            if isinstance(function, External) and function.is_of(framework):
                package, dot, _ = written.rpartition(".")
                if not dot or package not in framework.packages or package in function.packages:
                    return framework, rule
        return None

    def origin(self, function: External, node: Call, arguments: Iterable[Value], path: str) -> str:
        """The connection that the result of a call of a library belongs to: its own, its receiver's or that of an argument."""
        if self.rule(function, function.last) is not None:
            return f"{path}:{node.line}"
        if function.origin:
            return function.origin
        parts = (part for value in arguments for part in (value.values if isinstance(value, Several) else (value,)))
        return next((part.origin for part in parts if isinstance(part, External) and part.origin), "")

    def used(self, value: Value) -> str:
        """The connection that a receiver is, or was made from."""
        if not isinstance(value, External):
            return ""
        for holder in self._holders:
            if value.path.startswith(f"{holder}."):
                return value.path[len(holder) + 1 :].partition(".")[0].removesuffix("()")
        return value.origin

    def chosen(self, call: Call) -> str:
        """The connection that a call names by a string (`.using("replica")`, `save(using="replica")`)."""
        if called(call) in self._chosen and call.arguments and isinstance(call.arguments[0], Text):
            return call.arguments[0].value
        return next((v.value for name, v in call.keywords if name in self._keywords and isinstance(v, Text)), "")


def connections(evaluator: "Evaluator", settings: Settings) -> Iterator[RawConnection]:
    """All connections of a program, each place once."""
    finder = _Finder(evaluator, settings)
    for unit in evaluator.program.units.values():
        for item in unit.outermost:
            for call in item.calls:
                if finder.may_say(call, unit.path):
                    yield from finder.call(call, Environment(unit, item.scope))
        yield from finder.settings(unit)


class _Finder:
    """Reads the connections of one file after the other."""

    def __init__(self, evaluator: "Evaluator", settings: Settings) -> None:
        self._evaluator, self._settings, self._known = evaluator, settings, evaluator.connections
        self._imported = {
            (unit.path, item.name): member
            for unit in evaluator.program.units.values()
            for item in unit.module.imports
            # a module that is itself the function (`const knex = require("knex")`) is called by its own name
            if (member := item.module if item.member == "default" else item.member) != item.name
            and member in evaluator.connections.opened
        }

    def may_say(self, call: Call, path: str) -> bool:
        """Whether a call can open or set anything, by its name and keywords: of most it is plain that they do not."""
        name = called(call)
        return name == "__setitem__" or bool(call.keywords) or self._imported.get((path, name), name) in self._known.opened

    def call(self, call: Call, at: Environment) -> Iterator[RawConnection]:
        """What one call opens, or sets."""
        self._settings.steps = 0
        name = called(call)
        if name == "__setitem__" and len(call.arguments) == 2:
            yield from self._entry(call, at)
        for keyword, value in call.keywords:
            if keyword in self._known.written:
                yield from self._setting(keyword, (value, at), call.line)
        name = self._imported.get((at.unit.path, name), name)
        if name not in self._known.opened:
            return
        found = self._known.rule(self._evaluator.value(call.function, at), name)
        if found is None:
            return
        framework, rule = found
        place = Place(at.unit.path, call.line)
        schema = self._search_path(self._settings.keywords(call, at))
        opened = RawConnection("", place, framework.name, str(place), rule.engine, at.scope)
        written = pick(call, self._settings.keywords(call, at), rule.url, at)
        passed = self._settings.passed(*written) if written is not None else []
        for url, givers in passed:
            if _says_anything(url):
                yield replace(opened, url=_in_schema(url, schema), givers=givers)
        for url in self._urls(rule, call, at) if not passed else ():
            yield replace(opened, url=_in_schema(url, schema))
            return

    def settings(self, unit: "Unit") -> Iterator[RawConnection]:
        """What the settings of a file say, module constants and attributes of classes alike."""
        for (scope, target), bindings in unit.bindings.items():
            if target in self._known.written and (not scope or scope in unit.classes):
                self._settings.steps = 0
                for binding in bindings:
                    if binding.value is not None:
                        yield from self._setting(target, (binding.value, Environment(unit, scope)), binding.line)

    def _entry(self, call: Call, at: Environment) -> Iterator[RawConnection]:
        """`app.config["SQLALCHEMY_DATABASE_URI"] = …`, `DATABASES["default"] = …`."""
        key, value = call.arguments
        holder = getattr(getattr(call.function, "value", None), "name", "")
        if not isinstance(key, Text):
            return
        yield from self._setting(key.value, (value, at), call.line)
        for framework, rule in self._known.written.get(holder, ()):
            if rule.holds in ("urls", "django"):
                yield from self._alias(framework, rule, key.value, (value, at))

    def _setting(self, name: str, placed: Placed, line: int) -> Iterator[RawConnection]:
        for framework, rule in self._known.written.get(name, ()):
            expression, at = placed
            if rule.holds == "url":
                url = self._settings.text(expression, at)
                if _says_anything(url):
                    place = Place(at.unit.path, line)
                    yield RawConnection(url, place, framework.name, "default", "", at.scope, name)
            elif rule.holds in ("urls", "django"):
                for entries in self._settings.mappings(expression, at):
                    for alias, value in (self._settings.first(entries.get("connections")) or entries).items():
                        yield from self._alias(framework, rule, alias, value)

    def _alias(self, framework: Framework, rule: WrittenAs, alias: str, placed: Placed) -> Iterator[RawConnection]:
        """One named connection: a URL, or a dictionary of its parts."""
        expression, at = placed
        place = Place(at.unit.path, getattr(expression, "line", 1))
        url = ""
        for entries in self._settings.mappings(expression, at):
            url = self._from_mapping({**entries, **self._settings.first(entries.get("credentials"))}, "")
            break
        else:
            url = self._settings.text(expression, at)
        if _says_anything(url):
            yield RawConnection(url, place, framework.name, alias, "", at.scope, f"{rule.name}.{alias}")

    def _urls(self, rule: OpenedBy, call: Call, at: Environment) -> Iterator[str]:
        """The connection strings that the arguments of a call make, the most telling first."""
        keywords = self._settings.keywords(call, at)
        written = pick(call, keywords, rule.url, at)
        if written is not None:
            url = self._settings.text(*written)
            if _says_anything(url) and (len(rule.host) == 0 or "=" in url or "/" in url or url.startswith("${")):
                yield url if not rule.engine or rule.engine != "oracle" else self._with_user(url, rule, call, at, keywords)
        mapping = pick(call, keywords, rule.mapping, at)
        if mapping is not None:
            for given in self._settings.mappings(*mapping):
                entries = {
                    name.removeprefix(rule.prefix): value for name, value in given.items() if name.startswith(rule.prefix)
                }
                for value in list(self._settings.first(entries.get("connections")).values())[:1]:
                    entries = self._settings.first(value) or {"url": value}
                url = self._from_mapping({**entries, **self._settings.first(entries.get("credentials"))}, rule.engine)
                if _says_anything(url):
                    yield url
        url = self._from_parts(rule, call, at, keywords)
        if _says_anything(url):
            yield url

    def _with_user(self, url: str, rule: OpenedBy, call: Call, at: Environment, keywords: dict[str, Placed]) -> str:
        user = pick(call, keywords, rule.user, at)
        known = self._settings.text(*user) if user is not None and "@" not in url else ""
        return f"{known}@{url}" if known and "${?}" not in known else url

    def _from_parts(self, rule: OpenedBy, call: Call, at: Environment, keywords: dict[str, Placed]) -> str:
        def part(places: tuple[int | str, ...]) -> str:
            found = pick(call, keywords, places, at)
            return self._part(found) if found is not None else ""

        engine = _DJANGO.get(part(rule.provider), part(rule.provider)) or rule.engine
        host, database = part(rule.host), part(rule.database)
        if not (host or database):
            return ""
        if "://" in host:
            return host
        return url_of(engine, host, part(rule.port), database, part(rule.user), part(rule.schema))

    def _from_mapping(self, entries: dict[str, Placed], engine: str) -> str:
        def part(word: str) -> str:
            return next((self._part(entries[name]) for name in _WORDS[word] if name in entries), "")

        if url := part("url"):
            return url
        written = part("engine")
        engine = _DJANGO.get(written.rpartition(".")[2], "") or written.rpartition(".")[2] or engine
        if engine == "backends" or written.endswith("dummy"):
            return ""
        host, database = part("host"), part("database")
        schema = part("schema") or self._search_path(entries)
        return url_of(engine, host, part("port"), database, part("user"), schema) if host or database else ""

    def _search_path(self, entries: dict[str, Placed]) -> str:
        """The schema of libpq's `options="-c search_path=…"`, of Django's and SQLAlchemy's dictionaries that hold it too.

        Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-OPTIONS; asyncpg has `server_settings`.
        """
        for name in ("OPTIONS", "connect_args", "server_settings"):
            for inner in self._settings.mappings(*entries[name]) if name in entries else ():
                if found := self._search_path(inner):
                    return found
        if "search_path" in entries:
            return _first_schema(self._settings.text(*entries["search_path"]))
        written = self._settings.text(*entries["options"]) if "options" in entries else ""
        _, found, after = written.partition("search_path=")
        return _first_schema(after) if found else ""

    def _part(self, placed: Placed) -> str:
        """One part of a connection; of a list of hosts the first."""
        expression, at = placed
        if isinstance(expression, Literal) and expression.value is None:
            return ""
        if isinstance(expression, Items) and expression.values:
            expression = expression.values[0]
        return self._settings.text(expression, at)


def _first_schema(path: str) -> str:
    """The first schema of a search path, which unqualified names mean."""
    return re.split(r"[,\s]", path.strip(), maxsplit=1)[0].strip("\"'")


def _in_schema(url: str, schema: str) -> str:
    """A connection string that says the schema."""
    if not schema or "$" in schema:
        return url
    return f"{url}{'&' if '?' in url else '?'}currentSchema={schema}" if "://" in url else f"{url} search_path={schema}"


def _says_anything(url: str) -> bool:
    """Whether anything of a connection string is known besides its engine; a sentence is none."""
    if " " in url and "=" not in url and "(" not in url:
        return False
    return bool(url.partition("://")[2].replace("${?}", "").strip("@:/?") if "://" in url else url.replace("${?}", "").strip())
