"""What an expression can be, as far as database access is concerned."""

from collections.abc import Iterable

import msgspec

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import Does
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.tree.inside import Loop
from dblint.interpret.tree.packages import packages_around
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Call, Class, Expression, Function


class Environment(msgspec.Struct, frozen=True):
    """The file and scope an expression stands in.

    `local` are names bound by comprehensions and lambdas around it, or the arguments of the call that is followed (`inlined`).
    `loops` are the loops of comprehensions around it, for the strings that their names stand for. `passed` are the parameters
    of the function around it with what one call passes to them, and where that stands. `receiver` is the class of the object
    that the method around it is called on, where that is known: what the method asks of its object, that class says.
    """

    unit: Unit
    scope: str
    local: tuple[tuple[str, "Value"], ...] = ()
    inlined: bool = False
    loops: tuple[Loop, ...] = ()
    passed: tuple[tuple[str, Expression, "Environment"], ...] = ()
    receiver: tuple[Unit, Class] | None = None


class Unknown(msgspec.Struct, frozen=True):
    """Nothing that bears on database access."""


class External(msgspec.Struct, frozen=True):
    """Something imported from outside the tree, by the path of its use: `sqlalchemy.orm.Session`, `psycopg.connect()`.

    `origin` is the place that opened the connection which it belongs to, as `path:line`; empty where that is unknown.
    """

    path: str
    origin: str = ""

    @property
    def packages(self) -> frozenset[str]:
        """Every package that it lies in."""
        return packages_around(self.path)

    def is_of(self, framework: Framework) -> bool:
        """Whether it comes from one of a framework's packages."""
        return not self.packages.isdisjoint(framework.packages)

    @property
    def last(self) -> str:
        """The last name of the path."""
        return self.path.removesuffix("()").rpartition(".")[2]


class File(msgspec.Struct, frozen=True):
    """A module of the tree."""

    unit: Unit


class Package(msgspec.Struct, frozen=True):
    """A dotted prefix of `import a.b`, before the rest of the path is known."""

    path: str


class ClassValue(msgspec.Struct, frozen=True):
    """A class of the tree that is no model."""

    unit: Unit
    definition: Class


class Object(msgspec.Struct, frozen=True):
    """An instance of a class of the tree that is no model; `model` is the type argument of a generic class."""

    unit: Unit
    definition: Class
    model: Model | None = None


class FunctionValue(msgspec.Struct, frozen=True):
    """A function or method of the tree; `model` is what the generic class that it is a method of is used for."""

    unit: Unit
    definition: Function
    model: Model | None = None


class Entity(msgspec.Struct, frozen=True):
    """A model class or table object."""

    model: Model
    line: int


class Instance(msgspec.Struct, frozen=True):
    """A row of a model; `columns` are those given to its constructor."""

    model: Model
    line: int
    columns: tuple[str, ...] | None = None


class Columns(msgspec.Struct, frozen=True):
    """The collection of a table's columns (`users.c`)."""

    model: Model


class ColumnValue(msgspec.Struct, frozen=True):
    """A column of a model, in a query."""

    model: Model
    name: str
    line: int


class RelationValue(msgspec.Struct, frozen=True):
    """A relation of a model, followed from `model`; `rows` if it starts at an instance."""

    model: Model
    relation: Relation
    line: int
    rows: bool = False


class Bound(msgspec.Struct, frozen=True):
    """A name looked up on something: what a call of it does depends on both."""

    receiver: "Value"
    name: str
    line: int


class Several(msgspec.Struct, frozen=True):
    """Several values together: a list, or the sides of an operator."""

    values: tuple["Value", ...]


class Entries(Several, frozen=True):
    """The values of an object of JavaScript, which are also its attributes, by their names."""

    entries: tuple[tuple[str, "Value"], ...] = ()

    def of(self, name: str) -> "Value | None":
        """Return the value of an attribute, the last of several."""
        return next((value for known, value in reversed(self.entries) if known == name), None)


class Mention(msgspec.Struct, frozen=True):
    """A table takes part in a query; `columns` None means the whole mapped row."""

    model: Model
    does: Does
    line: int
    columns: tuple[str, ...] | None = ()


class Query(msgspec.Struct):
    """A query under construction; `carried` are tables of one written down elsewhere, `apart` queries it runs by themselves.

    `idle`: nothing runs it yet (`db.Model(&User{})`), whatever name it is bound to. `run`: it has been run, so
    that its value is rows. `rows` are its tables in the order in which names of them stand (Ecto), with the names of bindings.
    `pieces` are what it is told in SQL (`narrow` for a list of columns; None where that is not known), `alias` is its table's.
    """

    target: Model | None
    framework: str
    line: int
    mentions: list[Mention] = []
    separate: list[Mention] = []
    carried: list[Model] = []
    manager: bool = False
    written: bool = False
    apart: list["Query"] = []
    idle: bool = False
    run: bool = False
    rows: list[tuple[str, Model]] = []
    pieces: list[tuple[str, str | None]] = []
    alias: str = ""


class CallResult(msgspec.Struct, frozen=True):
    """The result of a call that nothing is known about, with the call for string evaluation."""

    call: Call
    environment: Environment


Value = (
    Unknown
    | External
    | File
    | Package
    | ClassValue
    | Object
    | FunctionValue
    | Entity
    | Instance
    | Columns
    | ColumnValue
    | RelationValue
    | Bound
    | Several
    | Query
    | CallResult
)
UNKNOWN = Unknown()


def parts(value: Value) -> tuple[Value, ...]:
    """Return the values that a value is made of, itself if it is single."""
    return value.values if isinstance(value, Several) else (value,)


def several(values: Iterable[Value]) -> Value:
    """Return values as one, nothing known left out; a single value is itself."""
    flat: list[Value] = []
    for value in values:
        if isinstance(value, Several):
            flat.extend(value.values)
        elif not isinstance(value, Unknown):
            flat.append(value)
    if not flat:
        return UNKNOWN
    return flat[0] if len(flat) == 1 else Several(tuple(flat))


def carried(value: Value) -> Value:
    """Return a value as seen through a name: its queries are written down elsewhere and only carry their tables on."""
    if isinstance(value, Query):
        if value.idle:
            return value
        tables = list(dict.fromkeys([*value.carried, *(mention.model for mention in value.mentions)]))
        made = Query(value.target, value.framework, value.line, carried=tables, written=True, run=value.run)
        made.rows, made.pieces = list(value.rows), [("", None)]
        return made
    if isinstance(value, Entries):
        entries = tuple((name, carried(inner)) for name, inner in value.entries)
        return Entries(tuple(carried(inner) for inner in value.values), entries)
    if isinstance(value, Several):
        return Several(tuple(carried(inner) for inner in value.values))
    if isinstance(value, Bound) and isinstance(value.receiver, Query):
        return Bound(carried(value.receiver), value.name, value.line)
    return value


def used_at(value: Value, line: int) -> Value:
    """Return a table or row seen through a name or a function as used where that stands."""
    if isinstance(value, Entity):
        return Entity(value.model, line)
    if isinstance(value, Instance):
        return Instance(value.model, line, value.columns)
    return value


def element_of(value: Value, line: int) -> Value:
    """Return one element of what is iterated over."""
    if isinstance(value, Query) and value.target is not None:
        return Instance(value.target, line)
    if isinstance(value, Entity):
        return Instance(value.model, line)
    if isinstance(value, RelationValue) and value.relation.target is not None:
        return Instance(value.relation.target, line)
    if isinstance(value, Several):
        kinds = {type(inner) for inner in value.values}
        return value.values[0] if kinds in ({Entity}, {Instance}) else UNKNOWN
    return UNKNOWN


def nested(at: Environment) -> int:
    """Return how many calls inside each other an environment stands for."""
    return 1 + max((nested(where) for _, _, where in at.passed), default=0) if at.passed else 0
