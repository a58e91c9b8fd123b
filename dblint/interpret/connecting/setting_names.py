"""Names of collections, indices, buckets and keys that settings give: `${NAME}` stands for what each service has set.

What a setting says differs from service to service: `resolve/set_names.py` looks it up.
"""

import re
from collections.abc import Iterator

from dblint.interpret.connecting.settings import Settings
from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import ClassValue, Environment, Object
from dblint.interpret.strings.placeholders import spelled
from dblint.interpret.strings.written import GAP, Written
from dblint.interpret.tree.units import Unit
from dblint.model.schema import SETTING
from dblint.model.syntax import Binding, Call, Class, Expression, Item, Member, Name, Text
from dblint.sql import HOLE

# What classes are called whose fields a framework fills from configuration files.
_HOLDER = re.compile(r"(?:settings?|options?|config|configuration|properties|props)\Z", re.IGNORECASE)
_FILLED = frozenset({"ConfigurationProperties", "ConfigMapping", "ConfigProperties"})
_TAGS = ("mapstructure", "koanf", "yaml", "toml")
# https://learn.microsoft.com/dotnet/core/extensions/configuration, Spring's `Environment`.
_READ = frozenset({"GetValue", "GetSection", "GetRequiredSection", "getProperty", "getRequiredProperty"})
_CONFIGURATION = re.compile(r"config|environment\Z|env\Z", re.IGNORECASE)
_ANNOTATIONS = frozenset({"Value", "Property", "ConfigProperty"})


class SettingNames(Settings):
    """Evaluates the names that code takes from settings."""

    def named(self, expression: Expression, at: Environment) -> list[Written]:
        """The variants of a name in which the only unknown parts are settings and, where rows differ, parts of keys."""
        self.steps = 0
        return [variant for variant in self.of(expression, at) if SETTING in variant.text]

    def _variants(self, expression: Expression, at: Environment, depth: int) -> Iterator[Written]:
        key = _configured(expression)
        if key is not None:
            yield from self._keyed(key, at, depth)
        else:
            yield from super()._variants(expression, at, depth)

    def _keyed(self, parts: tuple[Expression, ...], at: Environment, depth: int) -> Iterator[Written]:
        """The setting that a configuration is asked for, by the sections that lead to it."""
        texts = [min((each.text for each in self.of(part, at, depth + 1)), default=HOLE) for part in parts]
        path = re.sub(r":|__", ".", ".".join(texts))
        yield Written(f"${{{path}}}") if HOLE not in path else GAP

    def _named(self, expression: Name | Member, at: Environment, depth: int) -> Iterator[Written]:
        injected = self._injected(expression, at)
        if injected is not None:
            yield injected
        else:
            yield from super()._named(expression, at, depth)

    def _injected(self, expression: Name | Member, at: Environment) -> Written | None:
        """What an annotation says that a framework puts into a field or a parameter (`@Value("${orders.index}")`)."""
        for decorator in self._annotations(expression, at):
            if isinstance(decorator, Call) and called(decorator) in _ANNOTATIONS:
                given = dict(decorator.keywords).get("name") or next(iter(decorator.arguments), None)
                if isinstance(given, Text):
                    written = given.value if "{" in given.value else f"${{{given.value}}}"
                    return Written(spelled(written))
        return None

    def _annotations(self, expression: Name | Member, at: Environment) -> tuple[Expression, ...]:
        if isinstance(expression, Member):
            found = (binding for owner in self._owners(expression.value, at) for binding in _fields(*owner, expression.name))
            return tuple(decorator for binding in found for decorator in binding.decorators)
        bound = at.unit.lookup(at.scope, expression.name)
        if bound is not None and isinstance(bound[0], tuple):
            return tuple(decorator for binding in bound[0] for decorator in binding.decorators)
        return ()

    def _attribute(self, expression: Member, at: Environment, depth: int) -> Iterator[Written]:
        found = False
        for variant in super()._attribute(expression, at, depth):
            found = True
            yield variant
        if not found:
            yield from self._from_file(expression.value, expression.name, at)

    def _from_file(self, holder: Expression, name: str, at: Environment) -> Iterator[Written]:
        """A field that a framework fills from a configuration file."""
        for unit, definition in self._owners(holder, at):
            for binding in _fields(unit, definition, name):
                key = _tag(binding)
                if binding.value is None and (key or _HOLDER.search(definition.name) or _is_filled(definition)):
                    yield Written(f"${{{definition.name}.{key or name}}}")
                    return

    def _owners(self, expression: Expression, at: Environment) -> Iterator[tuple[Unit, Class]]:
        """The classes of an object, of what a section of the configuration is read as too (`GetSection("x").Get<T>()`)."""
        if isinstance(expression, Name | Member):
            for value, where, _ in self._bindings.of(expression, at):
                kind = dict(value.keywords).get("<>") if isinstance(value, Call) and called(value) == "Get" else None
                made = self._value_of(kind, where) if kind is not None else None
                if isinstance(made, ClassValue | Object):
                    yield from self._models.ancestry(made.unit, made.definition)
        yield from super()._owners(expression, at)

    def _call(self, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        found = False
        if isinstance(call.function, Member) and not call.arguments and at.unit.traits.family == "jvm":
            name = call.function.name
            field = name[3:4].lower() + name[4:] if name.startswith("get") and len(name) > len("get") else name
            for variant in self._from_file(call.function.value, field, at):
                found = True
                yield variant
        if not found:
            yield from super()._call(call, at, depth)


def _configured(expression: Expression) -> tuple[Expression, ...] | None:
    """The parts of the key by which an expression asks a configuration: `configuration["a:b"]`, `GetSection("a")["b"]`."""
    match expression:
        case Member(value=Call() as inner, name="Value"):
            return _configured(inner)
        case Item(value=holder, key=key):
            above = _configured(holder) if isinstance(holder, Call) else () if _is_configuration(holder) else None
            return (*above, key) if above is not None else None
        case Call(function=Member(value=holder, name=name), arguments=(key, *_)) if name in _READ:
            above = _configured(holder) if isinstance(holder, Call) else () if _is_configuration(holder) else None
            return (*above, key) if above is not None else None
    return None


def _is_configuration(expression: Expression) -> bool:
    return isinstance(expression, Name | Member) and _CONFIGURATION.search(expression.name) is not None


def _fields(unit: Unit, definition: Class, name: str) -> tuple[Binding, ...]:
    return tuple(each for each in unit.bindings.get((definition.qualified, name), ()) if each.operator in {"=", ":"})


def _is_filled(definition: Class) -> bool:
    names = {getattr(getattr(item, "function", item), "name", "") for item in definition.decorators}
    return not names.isdisjoint(_FILLED)


def _tag(binding: Binding) -> str:
    """The key that the tag of a Go struct's field gives it in a configuration file."""
    tags = {
        tag.function.name: tag.arguments[0]
        for tag in binding.decorators
        if isinstance(tag, Call) and isinstance(tag.function, Name) and tag.arguments
    }
    found = next((tags[name] for name in _TAGS if name in tags), None)
    return found.value.partition(",")[0] if isinstance(found, Text) else ""
