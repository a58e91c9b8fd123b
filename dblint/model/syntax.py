"""Common syntax facts: what a language adapter says about one source file, the same words for every language.

Only what bears on database access is kept; see `dblint.languages` for what an adapter must keep.
A *scope* is the dotted path of enclosing classes and functions inside the file, `""` at module level
(`"Repo.load"` is method `load` of class `Repo`).
"""

from typing import TypeAlias

from dblint.model.base import Fact


class Text(Fact, frozen=True, tag="text"):
    """A string literal, decoded; `breaks` are the offsets in `value` at which a new source line begins."""

    value: str
    line: int
    breaks: tuple[int, ...] = ()


class Template(Fact, frozen=True, tag="template"):
    """An f-string, template literal or run of adjacent literals: texts and holes in source order."""

    parts: tuple["Expression", ...]
    line: int


class Literal(Fact, frozen=True, tag="literal"):
    """A number, boolean or null."""

    value: int | float | bool | None
    line: int


class Name(Fact, frozen=True, tag="name"):
    """A bare identifier."""

    name: str
    line: int


class Member(Fact, frozen=True, tag="member"):
    """`value.name`; `line` is that of the name."""

    value: "Expression"
    name: str
    line: int


class Call(Fact, frozen=True, tag="call"):
    """`function(arguments, keyword=…)`; `line` is where the called name stands, so chains keep their own lines."""

    function: "Expression"
    arguments: tuple["Expression", ...]
    keywords: tuple[tuple[str, "Expression"], ...]
    line: int


PROPERTY = "property"
"""The decorator of a method that is read as an attribute: that of Python stands for the `get` of JavaScript as well."""

PARAMETER = "$"
"""What the function is called that an interpolated text of a library gets a value through: a piece of SQL or a parameter."""


class Item(Fact, frozen=True, tag="item"):
    """`value[key]`."""

    value: "Expression"
    key: "Expression"
    line: int


class Items(Fact, frozen=True, tag="items"):
    """A list, tuple or set display."""

    values: tuple["Expression", ...]
    line: int


class Mapping(Fact, frozen=True, tag="mapping"):
    """A dictionary display; a spread stands as a pair whose key is `Spread`."""

    pairs: tuple[tuple["Expression", "Expression"], ...]
    line: int


class Operation(Fact, frozen=True, tag="operation"):
    """A binary operator, left to right (`+`, `%`, `|`, `&`, `==`, `in`, `and` …)."""

    operator: str
    left: "Expression"
    right: "Expression"
    line: int


class Choice(Fact, frozen=True, tag="choice"):
    """One of several values: a conditional expression, `a or b`."""

    options: tuple["Expression", ...]
    line: int


class Each(Fact, frozen=True, tag="each"):
    """A comprehension or generator: `element` for every (target, iterable) of `loops`, if all `conditions`."""

    element: "Expression"
    loops: tuple[tuple["Expression", "Expression"], ...]
    conditions: tuple["Expression", ...]
    line: int


class Lambda(Fact, frozen=True, tag="lambda"):
    """An anonymous function of one expression."""

    parameters: tuple[str, ...]
    body: "Expression"
    line: int


class Spread(Fact, frozen=True, tag="spread"):
    """`*value` or `**value` in an argument list."""

    value: "Expression"
    line: int


class Opaque(Fact, frozen=True, tag="opaque"):
    """An expression that no extractor can use."""

    line: int


Expression: TypeAlias = (
    Text
    | Template
    | Literal
    | Name
    | Member
    | Call
    | Item
    | Items
    | Mapping
    | Operation
    | Choice
    | Each
    | Lambda
    | Spread
    | Opaque
)


class Import(Fact, frozen=True):
    """`name` in this file means `member` of `module` (or the module itself when `member` is empty).

    `module` is dotted; leading dots of a relative import are kept. A star import has name and member `*`.
    """

    name: str
    module: str
    member: str
    scope: str
    line: int


class Parameter(Fact, frozen=True):
    """A parameter of a function."""

    name: str
    annotation: Expression | None = None
    default: Expression | None = None


class Function(Fact, frozen=True):
    """A named function or method; `scope` is where it is defined, its own scope is `qualified`.

    `uses` are the imports, functions, classes and bare members of its module that its lines mention, each with the attribute
    that follows, and the methods that it calls on itself or its members (`self.repo.save`).
    `abstract`: it has no body. `takes` is how many values each call passes, None where calls differ or nobody counted them (all
    but Go).
    """

    name: str
    scope: str
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expression, ...]
    returns: tuple[Expression, ...]
    line: int
    end: int
    annotation: Expression | None = None
    uses: tuple[str, ...] = ()
    abstract: bool = False
    takes: int | None = None

    @property
    def qualified(self) -> str:
        """The scope that the body of this function opens."""
        return f"{self.scope}.{self.name}" if self.scope else self.name


def selection(written: str) -> tuple[str, str, str]:
    """Return the name, the number of values and the package of what code selects: `.Save`, `.Save(2)`, `.Save("2)@orders`.

    A quote before the number says that the first value is a string or a number.
    """
    selected, _, package = written.partition("@")
    name, _, passed = selected.removeprefix(".").removesuffix(")").partition("(")
    return name, passed, package


class Class(Fact, frozen=True):
    """A class; its body's assignments are `Binding`s and nested classes whose scope is `qualified`."""

    name: str
    scope: str
    bases: tuple[Expression, ...]
    keywords: tuple[tuple[str, Expression], ...]
    decorators: tuple[Expression, ...]
    line: int
    end: int

    @property
    def qualified(self) -> str:
        """The scope that the body of this class opens."""
        return f"{self.scope}.{self.name}" if self.scope else self.name


class Binding(Fact, frozen=True):
    """A name gets a value in a scope.

    `target` is the written target (`x`, `self.x`, `x[...]` is left out). `operator` is `=`, `+=` (and other augmented ones),
    `for` (the value is the iterable), `with` (the value is the context manager), `each` and `block` (a parameter of a block: an
    element of the value or what it gives, which is evaluated where the block stands) or `:` (annotation without a value).
    `decorators` are the annotations or attributes of a field, and the tags of a Go struct's. `inside` is the scope in which the
    value stands where a function sets a name of a scope around it.
    """

    target: str
    scope: str
    operator: str
    value: Expression | None
    line: int
    annotation: Expression | None = None
    decorators: tuple[Expression, ...] = ()
    inside: str = ""


class Evaluation(Fact, frozen=True):
    """An outermost expression that is evaluated for its effect or is passed on, with the scope it stands in."""

    expression: Expression
    scope: str
    line: int


class Block(Fact, frozen=True):
    """Lines that a call governs: the body of a `with` or `using`, a callback, a Ruby block; `uses` as those of a function."""

    call: Expression
    scope: str
    line: int
    end: int
    uses: tuple[str, ...] = ()


class Comment(Fact, frozen=True):
    """A comment that speaks to dblint, without the comment signs; `own_line` if nothing else stands on its line."""

    text: str
    line: int
    own_line: bool


class Module(Fact, frozen=True):
    """Everything an adapter says about one file; `broken` are the line ranges that did not parse.

    `namespace` is the one that the file's first definition stands in, where paths do not say it.
    `problem` says why the whole file was not read (`too-deep`, `too-large`, `minified`, `timeout` …), empty if it was.
    """

    path: str
    language: str
    imports: tuple[Import, ...] = ()
    classes: tuple[Class, ...] = ()
    functions: tuple[Function, ...] = ()
    bindings: tuple[Binding, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    comments: tuple[Comment, ...] = ()
    broken: tuple[tuple[int, int], ...] = ()
    uses: tuple[str, ...] = ()
    problem: str = ""
    blocks: tuple[Block, ...] = ()
    namespace: str = ""
