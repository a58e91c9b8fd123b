"""Strings that code builds: every variant of an expression as text with holes, and the source line of every part."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from pathlib import PurePosixPath
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework
from dblint.interpret.evaluation.arguments import called, given
from dblint.interpret.evaluation.bindings import PASSED, Bindings, Found
from dblint.interpret.evaluation.callers import passed
from dblint.interpret.evaluation.owners import Owner
from dblint.interpret.evaluation.values import Environment, External, FunctionValue, Value, nested
from dblint.interpret.specific.humanized import FORMS, humanized
from dblint.interpret.strings.steps import SAME, entries, giver_of, steps_to_file, terms
from dblint.interpret.strings.written import GAP, Written, content, fill, given_by, interpolate, literal, replaced, substitute
from dblint.interpret.tree.grounds import Grounded
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import (
    PARAMETER,
    Call,
    Choice,
    Class,
    Expression,
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

if TYPE_CHECKING:
    from dblint.interpret.evaluation.callers import Callers

VARIANTS = 32
DEPTH = 8
SIZE = 64_000


class Texts:
    """Evaluates string expressions; `value_of` says what a non-string name is, `wrappers` what a known call makes of a text."""

    def __init__(
        self,
        program: Program,
        value_of: Callable[[Expression, Environment], Value],
        wrappers: dict[str, list[tuple[str, str]]],
        files: Callable[[str], str | None],
        callers: "Callers",
        above: Callable[[Unit, Class], list[Owner]],
        frameworks: Sequence[Framework] = (),
    ) -> None:
        self._value_of, self._files = value_of, files
        self._wrappers = wrappers
        self._constants = {name: text for each in frameworks for name, text in each.constants.items()}
        self._bindings = Bindings(program, value_of, callers, above, frameworks)
        self._grounds = program.grounds
        self._known: dict[tuple[object, ...], Grounded[tuple[Expression, list[Written]] | None]] = {}

    def of(self, expression: Expression, at: Environment, depth: int = 0) -> list[Written]:
        """Return at most 32 variants of what a string expression can be, holes where a part is unknown."""
        if depth > DEPTH:
            return [GAP]
        if at.loops or at.local or at.inlined or at.passed or not isinstance(expression, Name | Member | Call):
            return self._found(expression, at, depth)
        # The expression is kept with the answer, so that no other one gets its identity.
        receiver = (at.receiver[0].path, at.receiver[1].qualified) if at.receiver is not None else None
        key = (id(expression), at.unit.path, at.scope, depth, receiver)
        made = self._grounds.remembered(self._known, key, lambda: (expression, self._found(expression, at, depth)), None)
        return made[1] if made is not None else self._found(expression, at, depth)

    def meanings(self, expression: Expression, at: Environment) -> Iterator[Found]:
        """Yield what a name or attribute is bound to: (expression, where it stands, whether it surely is)."""
        return self._bindings.of(expression, at)

    def elements(self, expression: Expression, at: Environment) -> list[Written]:
        """Return what the elements of a list can be, holes where a part is unknown; nothing for anything else."""
        found = (text for each, where, _ in self._bindings.elements(expression, at) for text in self.of(each, where, 1))
        return list(dict.fromkeys(islice(found, VARIANTS)))

    def _found(self, expression: Expression, at: Environment, depth: int) -> list[Written]:
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
                yield from self._joined([self.of(part, at, depth + 1) for part in terms(expression)])
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
            giver = giver_of(where, at)
            for variant in self.of(value, where, depth + 1):
                found = True
                known = variant if sure else variant.unsure()
                yield known.given(*giver) if giver is not None and variant is not GAP else known
        if not found:
            path = f"{getattr(expression.value, 'name', '')}.{expression.name}" if isinstance(expression, Member) else ""
            yield Written(self._constants[path]) if path in self._constants else GAP

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
                    for entry in entries(holder, key):
                        yield from self.of(entry, where, depth + 1)
                case Call():
                    yield from self._result(holder, key, where, depth)
                    for literal, inside in self._bindings.literals(holder, where):
                        yield from self._item(literal, key, inside, depth + 1)

    def _result(self, call: Call, key: Expression, at: Environment, depth: int) -> Iterator[Written]:
        """Yield what one of the values can be that a call gives."""
        if isinstance(key, Literal) and key.value == 0 and at.unit.traits.several_results:
            yield from (variant for variant in self.of(call, at, depth + 1) if variant is not GAP)
        for result, inside in self._returned(call, at):
            for entry in entries(result, key) if isinstance(result, Items) and isinstance(key, Literal) else ():
                yield from self.of(entry, inside, depth + 1)

    def _returned(self, call: Call, at: Environment) -> Iterator[tuple[Expression, Environment]]:
        function = self._value_of(call.function, at)
        if not isinstance(function, FunctionValue):
            return
        for method, receiver in self._bindings.owners.methods(call.function, function, at):
            given_ = tuple(passed(call, method, at)) if nested(at) < PASSED else ()
            inside = Environment(method.unit, method.definition.qualified, passed=given_, receiver=receiver)
            yield from ((result, inside) for result in method.definition.returns)

    def _put_in(self, value: Expression, at: Environment, depth: int) -> Iterator[Written]:
        """Yield what an interpolated text makes of a value: a piece of SQL stands in it, any other text is a parameter."""
        match value:
            case Text() | Template() | Literal() | Operation(operator="+"):
                yield Written("%s")
            case Name() | Member() if depth < DEPTH and (bound := list(self._bindings.of(value, at))):
                for each, where, _ in bound:
                    if each is not value:
                        yield from given_by(self._put_in(each, where, depth + 1), giver_of(where, at))
            case _:
                yield from self.of(value, at, depth + 1)

    def _call(self, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        function = call.function
        if isinstance(function, Name) and function.name == PARAMETER:
            yield from self._put_in(call.arguments[0], at, depth)
            return
        if isinstance(function, Member):
            made = self._of_jvm(function.name, function.value, call, at, depth) or self._method(function, call, at, depth)
            if made is not None:
                yield from made
                return
        value = self._value_of(function, at)
        if isinstance(value, External):
            yield from self._external(value, call, at, depth)
            return
        returned = False
        for result, inside in self._returned(call, at):
            returned, owner = True, inside.receiver
            giver = giver_of(Environment(owner[0], owner[1].qualified), at) if owner is not None else None
            yield from given_by(self.of(result, inside, depth + 1), giver)
        if not returned:
            yield from self._builtin(call, at, depth)

    def _builtin(self, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        """Yield what a function of the language gives (`sprintf` of PHP and Ruby), or an attribute that a call reads (Ruby)."""
        match call:
            case Call(function=Name(name="sprintf" | "vsprintf" | "format"), arguments=(template, *values)):
                yield from self._interpolated(template, values, at, depth)
            case Call(function=Name(name="implode" | "join"), arguments=(glue, items)):
                yield from self._join(glue, items, at, depth)
            case Call(function=Member() as attribute, arguments=(), keywords=()) if at.unit.traits.bare_calls:
                yield from self._named(attribute, at, depth)
            case _:
                yield GAP

    def _method(self, function: Member, call: Call, at: Environment, depth: int) -> Iterator[Written] | None:
        """Return the variants of a string method, or None if the method is not one of strings."""
        name, text = function.name, function.value
        if name in SAME:
            return iter(self.of(text, at, depth + 1))
        if name in FORMS:
            return humanized(name, self.of(text, at, depth + 1))
        match name:
            case "format" | "format_map" | "substitute" | "safe_substitute":
                return self._filled(name, text, call, at, depth)
            case "join" if len(call.arguments) == 1:
                return self._join(text, call.arguments[0], at, depth)
            case _ if name.lower().removesuffix("invariant").removesuffix("case") in {"upper", "lower", "toupper", "tolower"}:
                change = str.upper if "upper" in name.lower() else str.lower
                return (variant.format(change) for variant in self.of(text, at, depth + 1))
            case "replace" if len(call.arguments) >= 2:
                return self._replaced(text, call, at, depth)
            case "get" if call.arguments:
                return self._got(text, call, at, depth)
            case "joinpath":
                return self._path([text, *call.arguments], at, depth)
        steps = steps_to_file(name, text, call)
        return self._file(steps, at, depth) if steps else None

    def _of_jvm(self, name: str, text: Expression, call: Call, at: Environment, depth: int) -> Iterator[Written] | None:
        """Return the variants of a method that Java's strings have: `String.format(…)`, `"…".formatted(…)`."""
        static = isinstance(text, Name) and text.name == "String"
        first, *others = call.arguments or (call,)
        match name:
            case "format" if static and call.arguments:
                return self._interpolated(first, others, at, depth)
            case "formatted":
                return self._interpolated(text, call.arguments, at, depth)
            case "join" if static and len(others) == 1:
                return self._join(first, others[0], at, depth)
            case "join" if static and others:
                return self._join(first, Items(tuple(others), call.line), at, depth)
            case "valueOf" if static and call.arguments:
                return iter(self.of(first, at, depth + 1))
            case "concat" if call.arguments and not others:
                return self._joined([self.of(part, at, depth + 1) for part in (text, first)])
        return None

    def _interpolated(
        self, template: Expression, values: Sequence[Expression], at: Environment, depth: int
    ) -> Iterator[Written]:
        """Yield what a template of C's kind gives for the values."""
        positional = [self.of(value, at, depth + 1) for value in values]
        for base in self.of(template, at, depth + 1):
            yield from self._joined(list(interpolate(base, positional, {})))

    def _got(self, holder: Expression, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        """Yield what `holder.get(key, default)` can be."""
        found = False
        for variant in self._item(holder, call.arguments[0], at, depth):
            found = True
            yield variant
        for default in call.arguments[1:]:
            found = True
            yield from (v.unsure() for v in self.of(default, at, depth + 1))
        if not found:
            yield GAP

    def _replaced(self, text: Expression, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        old, new = (self.of(argument, at, depth + 1) for argument in call.arguments[:2])
        for base in self.of(text, at, depth + 1):
            yield from (replaced(base, before.text, after) for before in old[:1] for after in new)

    def _path(self, steps: Sequence[Expression], at: Environment, depth: int) -> Iterator[Written]:
        """Yield the path that is made of several steps."""
        parts: list[list[Written]] = []
        for step in steps:
            parts += [self.of(step, at, depth + 1), [Written("/")]]
        yield from self._joined(parts[:-1])

    def _file(self, steps: Sequence[Expression], at: Environment, depth: int) -> Iterator[Written]:
        """Yield the text of a file that the code reads, a hole where it is not in the tree."""
        found = False
        for path in self._paths(steps, at, depth):
            text = self._files(path)
            if text is not None:
                found = True
                yield content(text, path)
        if not found:
            yield GAP

    def _paths(self, steps: Sequence[Expression], at: Environment, depth: int) -> Iterator[str]:
        """Yield tree paths that `open(…)` or `Path(…) / …` may mean, relative to the file's folder or the root."""
        opened = [value for step in steps for value, _, _ in self._bindings.of(step, at) if isinstance(value, Call)]
        steps = opened[:1] or steps
        first = steps[0]
        if isinstance(first, Call) and called(first) == "open" and isinstance(first.function, Name) and first.arguments:
            steps = first.arguments[:1]
        for variant in self._path(steps, at, depth):
            name = variant.text.replace(HOLE, "").strip("/")
            if name and "." in name.rpartition("/")[2]:
                yield normpath(join(dirname(at.unit.path), name))
                yield normpath(name)
                if at.unit.module.language == "rust":  # paths of macros begin at the crate's folder
                    yield from (normpath(join(str(above), name)) for above in PurePosixPath(at.unit.path).parents)
                package, slash, file = name.rpartition("/")
                if slash and "." in package:
                    yield f"{package.replace('.', '/')}/{file}"

    def _filled(self, name: str, template: Expression, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        """Yield what a template gives for the values that stand in a call, the entries of spread dictionaries too."""
        positional = [self.of(argument, at, depth + 1) for argument in call.arguments if not isinstance(argument, Spread)]
        named = {key: self.of(value, at, depth + 1) for key, value in call.keywords}
        for argument in call.arguments:
            if isinstance(argument, Spread) or name != "format":
                named = {
                    **self._namedentries(argument.value if isinstance(argument, Spread) else argument, at, depth),
                    **named,
                }
        for base in self.of(template, at, depth + 1):
            parts = fill(base, positional, named) if name.startswith("format") else substitute(base, named)
            yield from self._joined(list(parts))

    def _namedentries(self, expression: Expression, at: Environment, depth: int) -> dict[str, list[Written]]:
        """Return the entries of a dictionary that is written down."""
        for holder, where, _ in [(expression, at, True), *self._bindings.of(expression, at)]:
            if isinstance(holder, Mapping):
                pairs = [(key.value, value) for key, value in holder.pairs if isinstance(key, Text)]
                return {key: self.of(value, where, depth + 1) for key, value in pairs}
        return {}

    def _percent(self, template: Expression, right: Expression, at: Environment, depth: int) -> Iterator[Written]:
        values = right.values if isinstance(right, Items) else (right,)
        positional = [self.of(value, at, depth + 1) for value in values]
        named = self._namedentries(right, at, depth)
        for base in self.of(template, at, depth + 1):
            yield from self._joined(list(interpolate(base, positional, named)))

    def _join(self, separator: Expression, items: Expression, at: Environment, depth: int) -> Iterator[Written]:
        glue = self.of(separator, at, depth + 1)[0]
        found = False
        for elements in self._bindings.sequences(items, at):
            found = True
            parts: list[list[Written]] = []
            for element, where in elements:
                parts += [self.of(element, where, depth + 1), [glue]]
            yield from self._joined(parts[:-1])
        if not found:
            yield GAP

    def _external(self, function: External, call: Call, at: Environment, depth: int) -> Iterator[Written]:
        """Yield what a call of a library gives when the framework's data says that it is text, an identifier or a value."""
        kind = next((kind for package, kind in self._wrappers.get(function.last, ()) if package in function.packages), "")
        if function.path in {"textwrap.dedent", "inspect.cleandoc"} and call.arguments:
            yield from (variant for variant in self.of(call.arguments[0], at, depth + 1))
        elif function.last in {"Path", "str", "Template"} and call.arguments:
            yield from self.of(call.arguments[0], at, depth + 1)
        elif function.path == "os.path.join":
            yield from self._path(call.arguments, at, depth)
        elif function.path in {"os.environ.get", "os.getenv"} and len(call.arguments) > 1:
            yield from (v.unsure() for v in self.of(call.arguments[1], at, depth + 1))
        elif kind in {"text", "spaced"} and (given_ := given(call)):
            sequence = given_[0].values if isinstance(given_[0], Items) else given_[:1]
            yield from self._joined(
                [*(self.of(part, at, depth + 1) for part in sequence), [Written(" " if kind == "spaced" else "")]]
            )
        elif kind == "identifier":
            parts: list[list[Written]] = []
            for argument in call.arguments:
                parts += [[Written('"')], self.of(argument, at, depth + 1), [Written('"')], [Written(".")]]
            yield from self._joined(parts[:-1])
        elif kind == "value":
            yield Written("%s")
        elif kind == "where":
            yield Written("where %s ")
        else:
            yield GAP
