"""Strings that code builds: every variant of an expression as text with holes, and the source line of every part."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from posixpath import dirname, join, normpath
from textwrap import dedent

from dblint.interpret.program import Program
from dblint.interpret.values import Environment, External, FunctionValue, Value
from dblint.model.syntax import (
    Binding,
    Call,
    Choice,
    Each,
    Expression,
    Function,
    Item,
    Items,
    Literal,
    Mapping,
    Member,
    Name,
    Operation,
    Spread,
    Template,
    Text,
)
from dblint.sql import HOLE

VARIANTS = 32
DEPTH = 8
SIZE = 64_000


@dataclass(frozen=True, slots=True)
class Written:
    """Text that code builds; `marks` are (offset, path, line) in ascending offset, `sure` is false past a default or a guess."""

    text: str
    marks: tuple[tuple[int, str, int], ...] = ()
    sure: bool = True

    def place(self, offset: int) -> tuple[str, int] | None:
        """Return (path, line) of the part that holds an offset."""
        found = None
        for start, path, line in self.marks:
            if start > offset:
                break
            found = (path, line)
        return found

    def __add__(self, other: "Written") -> "Written":
        shift = len(self.text)
        moved = tuple((start + shift, path, line) for start, path, line in other.marks)
        return Written(self.text + other.text, self.marks + moved, self.sure and other.sure)

    def format(self, change: Callable[[str], str]) -> "Written":
        """Return the text changed in place (same length expected) with its marks."""
        return Written(change(self.text), self.marks, self.sure)


GAP = Written(HOLE)


def literal(text: Text, path: str) -> Written:
    """Return a string literal with a mark at every source line it spans."""
    marks = [(0, path, text.line)]
    for count, offset in enumerate(text.breaks, start=1):
        marks.append((offset, path, text.line + count))
    return Written(text.value, tuple(marks))


class Texts:
    """Evaluates string expressions; `value_of` answers what a non-string name is, `wrappers` what a call of a known class yields."""

    def __init__(
        self,
        program: Program,
        value_of: Callable[[Expression, Environment], Value],
        wrappers: dict[str, dict[str, str]],
        files: Callable[[str], str | None],
        callers: Callable[[Environment, Function, str], list[tuple[Expression, Environment]]],
    ) -> None:
        self._program = program
        self._value_of = value_of
        self._wrappers = wrappers
        self._files = files
        self._callers = callers

    def of(self, expression: Expression, at: Environment, depth: int = 0) -> list[Written]:
        """Return at most 32 variants of what a string expression can be, holes where a part is unknown."""
        if depth > DEPTH:
            return [GAP]
        variants = list(islice(self._variants(expression, at, depth), VARIANTS))
        unique = list(dict.fromkeys(variant for variant in variants if len(variant.text) <= SIZE))
        return unique or [GAP]

    def _variants(self, expression: Expression, at: Environment, depth: int) -> Iterator[Written]:
        match expression:
            case Text():
                yield literal(expression, at.unit.path)
            case Literal(value=value) if value is not None and not isinstance(value, bool):
                yield Written(str(value))
            case Template(parts=parts):
                yield from self._joined([self.of(part, at, depth + 1) for part in parts])
            case Choice(options=options):
                for option in options:
                    if not (isinstance(option, Literal) and option.value is None):
                        yield from self.of(option, at, depth + 1)
            case Operation(operator="+"):
                yield from self._joined([self.of(part, at, depth + 1) for part in _terms(expression)])
            case Operation(operator="%", left=left, right=right):
                yield from self._percent(left, right, at, depth)
            case Operation(operator="/"):
                yield from self._joined([self.of(expression.left, at, depth + 1), [Written("/")], self.of(expression.right, at, depth + 1)])
            case Name() | Member():
                yield from self._named(expression, at, depth)
            case Item(value=value, key=key):
                yield from self._item(value, key, at, depth)
            case Call():
                yield from self._call(expression, at, depth)
            case _:
                yield GAP

    def _joined(self, parts: list[list[Written]]) -> Iterator[Written]:
        for choice in islice(product(*parts), VARIANTS):
            whole = Written("")
            for part in choice:
                whole += part
            yield whole

    def _named(self, expression: Name | Member, at: Environment, depth: int) -> Iterator[Written]:
        found = False
        for value, where, sure in self.bindings(expression, at):
            if where == at and value is expression:
                continue
            for variant in self.of(value, where, depth + 1):
                found = True
                yield variant if sure else Written(variant.text, variant.marks, sure=False)
        if not found:
            yield GAP

    def bindings(self, expression: Expression, at: Environment) -> Iterator[tuple[Expression, Environment, bool]]:
        """Yield what a name, attribute or constant can be bound to: (expression, where, sure)."""
        if isinstance(expression, Name):
            found = at.unit.lookup(at.scope, expression.name)
            if found is None:
                yield from self._parameter(expression, at)
                yield from self._starred(expression.name, at)
                return
            definition, scope = found
            if isinstance(definition, tuple):
                yield from self._bound(definition, Environment(at.unit, scope), expression.line)
                if scope and self._is_parameter(at.unit.functions.get(scope), expression.name):
                    yield from self._parameter(expression, at)
            elif not isinstance(definition, Function) and hasattr(definition, "member"):
                exported = self._program.exported(at.unit.path, expression.name) if not scope else None
                if exported is None and definition.member:
                    target = self._program.file_of(at.unit.path, definition.module)
                    exported = self._program.exported(target, definition.member) if target else None
                if exported and isinstance(exported[1], tuple):
                    yield from self._bound(exported[1], Environment(exported[0], ""), 0)
            return
        if isinstance(expression, Member):
            yield from self._attribute(expression, at)

    @staticmethod
    def _is_parameter(function: Function | None, name: str) -> bool:
        return function is not None and any(parameter.name == name for parameter in function.parameters)

    def _starred(self, name: str, at: Environment) -> Iterator[tuple[Expression, Environment, bool]]:
        exported = self._program.exported(at.unit.path, name)
        if exported and isinstance(exported[1], tuple):
            yield from self._bound(exported[1], Environment(exported[0], ""), 0)

    def _bound(self, bindings: tuple[Binding, ...], where: Environment, line: int) -> Iterator[tuple[Expression, Environment, bool]]:
        """Yield the values of one name: the plain assignments, and each run of `+=` joined to the assignment before it."""
        plain = [item for item in bindings if item.operator == "=" and item.value is not None]
        if line and len(plain) > 1 and where.scope:
            before = [item for item in plain if item.line <= line]
            plain = before or plain
        for position, item in enumerate(plain):
            assert item.value is not None
            following = plain[position + 1].line if position + 1 < len(plain) else 1 << 30
            additions = [
                extra.value
                for extra in bindings
                if extra.operator == "+=" and extra.value is not None and item.line <= extra.line < following
            ]
            yield item.value, where, True
            grown: Expression = item.value
            for addition in additions:
                grown = Operation("+", grown, addition, item.line)
            if additions:
                yield grown, where, True
        for item in bindings:
            if item.operator == "for" and isinstance(item.value, Items):
                for value in item.value.values:
                    yield value, where, True

    def _parameter(self, expression: Name, at: Environment) -> Iterator[tuple[Expression, Environment, bool]]:
        scope = at.scope
        while scope:
            function = at.unit.functions.get(scope)
            if function is not None:
                for parameter in function.parameters:
                    if parameter.name == expression.name:
                        for value, where in self._callers(at, function, parameter.name):
                            yield value, where, True
                        if parameter.default is not None:
                            yield parameter.default, Environment(at.unit, function.scope), False
                        return
            scope = scope.rpartition(".")[0]

    def _attribute(self, expression: Member, at: Environment) -> Iterator[tuple[Expression, Environment, bool]]:
        owner = expression.value
        if isinstance(owner, Name) and owner.name in {"self", "cls"}:
            yield from self._own(at, expression.name)
            return
        if expression.name == "value" and isinstance(owner, Member):
            yield from self._attribute(owner, at)
            return
        value = self._value_of(owner, at)
        unit = getattr(value, "unit", None)
        definition = getattr(value, "definition", None) or getattr(getattr(value, "model", None), "definition", None)
        if unit is None:
            unit = getattr(getattr(value, "model", None), "unit", None)
        if unit is None:
            return
        if definition is None:
            exported = self._program.exported(unit.path, expression.name)
            if exported and isinstance(exported[1], tuple):
                yield from self._bound(exported[1], Environment(exported[0], ""), 0)
            return
        bound = unit.bindings.get((definition.qualified, expression.name), ())
        yield from self._bound(bound, Environment(unit, definition.qualified), 0)

    def _own(self, at: Environment, name: str) -> Iterator[tuple[Expression, Environment, bool]]:
        owner = at.unit.class_of(at.scope)
        seen = set()
        pending = [(at.unit, owner)] if owner else []
        while pending:
            unit, qualified = pending.pop(0)
            if (unit.path, qualified) in seen:
                continue
            seen.add((unit.path, qualified))
            bound = unit.bindings.get((qualified, name), ())
            yield from self._bound(bound, Environment(unit, qualified), 0)
            for binding in unit.attributes.get((qualified, name), ()):
                if binding.operator == "=" and binding.value is not None:
                    yield binding.value, Environment(unit, binding.scope), True
            for base in unit.classes[qualified].bases:
                value = self._value_of(base, Environment(unit, unit.classes[qualified].scope))
                definition = getattr(value, "definition", None) or getattr(getattr(value, "model", None), "definition", None)
                base_unit = getattr(value, "unit", None) or getattr(getattr(value, "model", None), "unit", None)
                if definition is not None and base_unit is not None:
                    pending.append((base_unit, definition.qualified))

    def _item(self, value: Expression, key: Expression, at: Environment, depth: int) -> Iterator[Written]:
        for holder, where, sure in [(value, at, True), *self.bindings(value, at)]:
            if isinstance(holder, Mapping):
                wanted = {variant.text for variant in self.of(key, at, depth + 1)}
                for known, entry in holder.pairs:
                    if isinstance(known, Text) and (known.value in wanted or HOLE in wanted):
                        yield from self.of(entry, where, depth + 1)
            elif isinstance(holder, Items):
                if isinstance(key, Literal) and isinstance(key.value, int) and -len(holder.values) <= key.value < len(holder.values):
                    yield from self.of(holder.values[key.value], where, depth + 1)
                elif not isinstance(key, Literal):
                    for entry in holder.values:
                        yield from self.of(entry, where, depth + 1)
            elif isinstance(holder, Call):
                for result, inside in self._returned(holder, where):
                    if isinstance(result, Items) and isinstance(key, Literal) and isinstance(key.value, int) and key.value < len(result.values):
                        yield from self.of(result.values[key.value], inside, depth + 1)
            del sure

    def _returned(self, call: Call, at: Environment) -> Iterator[tuple[Expression, Environment]]:
        function = self._value_of(call.function, at)
        if isinstance(function, FunctionValue):
            inside = Environment(function.unit, function.definition.qualified)
            for result in function.definition.returns:
                yield result, inside

    def _call(self, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        function = call.function
        if isinstance(function, Member):
            made = self._method(function, call, at, depth)
            if made is not None:
                yield from made
                return
        value = self._value_of(function, at)
        if isinstance(value, External):
            yield from self._external(value, call, at, depth)
            return
        returned = False
        for result, inside in self._returned(call, at):
            returned = True
            yield from self.of(result, inside, depth + 1)
        if not returned:
            yield GAP

    def _method(self, function: Member, call: Call, at: Environment, depth: int) -> Iterator[Written] | None:
        """Return the variants of a string method, or None if the method is not one of strings."""
        match function.name:
            case "format":
                return self._format(function.value, call, at, depth)
            case "join" if len(call.arguments) == 1:
                return self._join(function.value, call.arguments[0], at, depth)
            case "strip" | "lstrip" | "rstrip" | "encode" | "as_string" | "substitute" | "safe_substitute" | "bindparams" | "columns":
                return iter(self.of(function.value, at, depth + 1))
            case "upper" | "lower" | "replace" | "get" | "read" | "read_text":
                return self._changed(function, call, at, depth)
        return None

    def _changed(self, function: Member, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        match function.name:
            case "upper":
                yield from (variant.format(str.upper) for variant in self.of(function.value, at, depth + 1))
            case "lower":
                yield from (variant.format(str.lower) for variant in self.of(function.value, at, depth + 1))
            case "get" if call.arguments:
                yield from self._item(function.value, call.arguments[0], at, depth)
                for default in call.arguments[1:]:
                    yield from (Written(v.text, v.marks, sure=False) for v in self.of(default, at, depth + 1))
            case "replace":
                yield from self.of(function.value, at, depth + 1)
            case _:
                for path in self._paths(function.value, at, depth):
                    content = self._files(path)
                    if content is not None:
                        lines = tuple((offset, path, number) for number, offset in enumerate(_line_starts(content), start=1))
                        yield Written(content, lines)

    def _paths(self, expression: Expression, at: Environment, depth: int) -> Iterator[str]:
        """Yield tree paths that `open(…)`, `Path(…) / …` or `files(…).joinpath(…)` may mean, relative to the file's folder or the root."""
        opened = expression.arguments[0] if isinstance(expression, Call) and expression.arguments else expression
        for variant in self.of(opened, at, depth + 1):
            name = variant.text.replace(HOLE, "").strip("/")
            if name and "." in name.rpartition("/")[2]:
                yield normpath(join(dirname(at.unit.path), name))
                yield normpath(name)

    def _format(self, template: Expression, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        positional = [self.of(argument, at, depth + 1) for argument in call.arguments]
        named = {key: self.of(value, at, depth + 1) for key, value in call.keywords}
        for base in self.of(template, at, depth + 1):
            yield from self._joined(list(_fill(base, positional, named)))

    def _percent(self, template: Expression, right: Expression, at: Environment, depth: int) -> Iterator[Written]:
        named: dict[str, list[Written]] = {}
        positional: list[list[Written]] = []
        if isinstance(right, Mapping):
            named = {key.value: self.of(value, at, depth + 1) for key, value in right.pairs if isinstance(key, Text)}
        elif isinstance(right, Items):
            positional = [self.of(value, at, depth + 1) for value in right.values]
        else:
            positional = [self.of(right, at, depth + 1)]
        for base in self.of(template, at, depth + 1):
            yield from self._joined(list(_interpolate(base, positional, named)))

    def _join(self, separator: Expression, items: Expression, at: Environment, depth: int) -> Iterator[Written]:
        holders = [(items, at), *((value, where) for value, where, _ in self.bindings(items, at))]
        for holder, where in holders:
            values = None
            if isinstance(holder, Items) and not any(isinstance(value, Spread) for value in holder.values):
                values = [self.of(value, where, depth + 1) for value in holder.values]
            elif isinstance(holder, Each) and len(holder.loops) == 1:
                values = [self.of(holder.element, where, depth + 1)]
            if values:
                for glue in self.of(separator, at, depth + 1)[:1]:
                    parts: list[list[Written]] = []
                    for position, value in enumerate(values):
                        parts += [[glue], value] if position else [value]
                    yield from self._joined(parts)
                return
        yield GAP

    def _external(self, function: External, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        """Yield what a call of a library gives when the framework's data says that it is text, an identifier or a value."""
        kind = self._wrappers.get(function.package, {}).get(function.last, "")
        if function.path in {"textwrap.dedent", "inspect.cleandoc"} and call.arguments:
            yield from (variant for variant in self.of(call.arguments[0], at, depth + 1))
        elif function.last in {"Path", "str", "Template"} and call.arguments:
            yield from self.of(call.arguments[0], at, depth + 1)
        elif function.path == "os.path.join":
            parts: list[list[Written]] = []
            for argument in call.arguments:
                parts += [self.of(argument, at, depth + 1), [Written("/")]]
            yield from self._joined(parts[:-1])
        elif function.path in {"os.environ.get", "os.getenv"} and len(call.arguments) > 1:
            yield from (Written(v.text, v.marks, sure=False) for v in self.of(call.arguments[1], at, depth + 1))
        elif kind == "text" and (call.arguments or call.keywords):
            yield from self.of(call.arguments[0] if call.arguments else call.keywords[0][1], at, depth + 1)
        elif kind == "identifier":
            parts = []
            for argument in call.arguments:
                parts += [[Written('"')], self.of(argument, at, depth + 1), [Written('"')], [Written(".")]]
            yield from self._joined(parts[:-1])
        elif kind == "value":
            yield Written("%s")
        else:
            yield GAP


def _terms(expression: Expression) -> list[Expression]:
    """Return the terms of a chain of `+`, left to right, without recursion."""
    terms: list[Expression] = []
    while isinstance(expression, Operation) and expression.operator == "+":
        terms.append(expression.right)
        expression = expression.left
    terms.append(expression)
    return terms[::-1]


def _line_starts(text: str) -> list[int]:
    return [0, *(position + 1 for position, character in enumerate(text) if character == "\n")]


def _slice(base: Written, start: int, end: int) -> Written:
    """Return a part of a text with the marks that apply to it."""
    at = base.place(start)
    marks = [(0, *at)] if at else []
    marks += [(offset - start, path, line) for offset, path, line in base.marks if start < offset < end]
    return Written(base.text[start:end], tuple(marks), base.sure)


def _fill(base: Written, positional: list[list[Written]], named: dict[str, list[Written]]) -> Iterator[list[Written]]:
    """Yield the parts of a `str.format` template, each with its variants."""
    text, position, counter = base.text, 0, 0
    while position < len(text):
        opening = text.find("{", position)
        closing = text.find("}", position)
        if closing != -1 and (opening == -1 or closing < opening):
            yield [_slice(base, position, closing + 1)]
            position = closing + (2 if text[closing : closing + 2] == "}}" else 1)
            continue
        if opening == -1:
            break
        if text[opening : opening + 2] == "{{":
            yield [_slice(base, position, opening + 1)]
            position = opening + 2
            continue
        end = text.find("}", opening)
        if end == -1:
            break
        yield [_slice(base, position, opening)]
        name = text[opening + 1 : end].split("!")[0].split(":")[0]
        if not name:
            name, counter = str(counter), counter + 1
        if name.isdigit():
            yield positional[int(name)] if int(name) < len(positional) else [GAP]
        else:
            yield named.get(name, [GAP])
        position = end + 1
    yield [_slice(base, position, len(text))]


def _interpolate(base: Written, positional: list[list[Written]], named: dict[str, list[Written]]) -> Iterator[list[Written]]:
    """Yield the parts of a `%` template, each with its variants; `%%s` stays a bind parameter."""
    text, position, counter = base.text, 0, 0
    while (found := text.find("%", position)) != -1:
        yield [_slice(base, position, found)]
        following = text[found + 1 : found + 2]
        if following == "%":
            yield [Written("%")]
            position = found + 2
        elif following == "(" and (end := text.find(")", found)) != -1:
            yield named.get(text[found + 2 : end], [GAP])
            position = end + 2
        else:
            yield positional[counter] if counter < len(positional) else [GAP]
            counter += 1
            position = found + 2
            while position < len(text) and text[position - 1] in "-+ #0123456789.":
                position += 1
    yield [_slice(base, position, len(text))]


def unique(values: Iterable[Written]) -> list[Written]:
    """Return variants without repetition, in order."""
    return list(dict.fromkeys(values))


__all__ = ["GAP", "Texts", "Written", "literal", "unique", "dedent"]
