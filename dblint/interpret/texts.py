"""Strings that code builds: every variant of an expression as text with holes, and the source line of every part."""

from collections.abc import Callable, Iterator
from itertools import islice, product
from posixpath import dirname, join, normpath

from dblint.interpret.bindings import Bindings
from dblint.interpret.program import Program
from dblint.interpret.values import Environment, External, FunctionValue, Value
from dblint.interpret.written import GAP, Written, content, fill, interpolate, literal
from dblint.model.syntax import (
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


class Texts:
    """Evaluates string expressions; `value_of` says what a non-string name is, `wrappers` what a known call makes of a text."""

    def __init__(
        self,
        program: Program,
        value_of: Callable[[Expression, Environment], Value],
        wrappers: dict[str, dict[str, str]],
        files: Callable[[str], str | None],
        callers: Callable[[Environment, Function, str], list[tuple[Expression, Environment]]],
    ) -> None:
        self._value_of = value_of
        self._wrappers = wrappers
        self._files = files
        self._bindings = Bindings(program, value_of, callers)

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
                known = [option for option in options if not (isinstance(option, Literal) and option.value is None)]
                yield from (variant for option in known for variant in self.of(option, at, depth + 1))
            case Operation():
                yield from self._operation(expression, at, depth)
            case Name() | Member():
                yield from self._named(expression, at, depth)
            case Item(value=value, key=key):
                yield from self._item(value, key, at, depth)
            case Call():
                yield from self._call(expression, at, depth)
            case _:
                yield GAP

    def _operation(self, expression: Operation, at: Environment, depth: int) -> Iterator[Written]:
        match expression.operator:
            case "+":
                yield from self._joined([self.of(part, at, depth + 1) for part in _terms(expression)])
            case "%":
                yield from self._percent(expression.left, expression.right, at, depth)
            case "/":
                sides = [self.of(side, at, depth + 1) for side in (expression.left, expression.right)]
                yield from self._joined([sides[0], [Written("/")], sides[1]])
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
        for value, where, sure in self._bindings.of(expression, at):
            if where == at and value is expression:
                continue
            for variant in self.of(value, where, depth + 1):
                found = True
                yield variant if sure else Written(variant.text, variant.marks, sure=False)
        if not found:
            yield GAP

    def _item(self, value: Expression, key: Expression, at: Environment, depth: int) -> Iterator[Written]:
        """Yield what `value[key]` can be, of a dictionary or list that is written down or returned by a function."""
        for holder, where, _ in [(value, at, True), *self._bindings.of(value, at)]:
            match holder:
                case Mapping():
                    wanted = {variant.text for variant in self.of(key, at, depth + 1)}
                    for known, entry in holder.pairs:
                        if isinstance(known, Text) and (known.value in wanted or HOLE in wanted):
                            yield from self.of(entry, where, depth + 1)
                case Items():
                    for entry in _entries(holder, key):
                        yield from self.of(entry, where, depth + 1)
                case Call():
                    for result, inside in self._returned(holder, where):
                        entries = _entries(result, key) if isinstance(result, Items) and isinstance(key, Literal) else ()
                        for entry in entries:
                            yield from self.of(entry, inside, depth + 1)

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
            case (
                "strip"
                | "lstrip"
                | "rstrip"
                | "encode"
                | "as_string"
                | "substitute"
                | "safe_substitute"
                | "bindparams"
                | "columns"
            ):
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
                    text = self._files(path)
                    if text is not None:
                        yield content(text, path)

    def _paths(self, expression: Expression, at: Environment, depth: int) -> Iterator[str]:
        """Yield tree paths that `open(…)` or `Path(…) / …` may mean, relative to the file's folder or the root."""
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
            yield from self._joined(list(fill(base, positional, named)))

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
            yield from self._joined(list(interpolate(base, positional, named)))

    def _join(self, separator: Expression, items: Expression, at: Environment, depth: int) -> Iterator[Written]:
        holders = [(items, at), *((value, where) for value, where, _ in self._bindings.of(items, at))]
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


def _entries(items: Items, key: Expression) -> tuple[Expression, ...]:
    """Return the elements that a key may mean: the one at a literal position, else all."""
    if not isinstance(key, Literal):
        return items.values
    position = key.value
    if isinstance(position, int) and -len(items.values) <= position < len(items.values):
        return (items.values[position],)
    return ()
