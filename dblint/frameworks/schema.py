"""The shape of a framework file: named rows over common syntax facts, no expressions."""

from typing import Literal

import msgspec

from dblint.frameworks.collections import CollectionRule
from dblint.frameworks.connections import Connections
from dblint.frameworks.series import SeriesRule
from dblint.frameworks.sql import SqlRule, TransactionRule
from dblint.frameworks.verbs import Verbs
from dblint.model.base import Fact
from dblint.model.sql import Dialect

Argument = int | str
"""An argument of a call, by position or by keyword."""

FieldKind = Literal["column", "reference", "many", "relation", "reverse", "embedded", "none"]
Inheritance = Literal["copy", "single", "sqlalchemy", "multi-table", "root", "flask", "jpa"]
JoinTable = Literal[
    "",
    "django",
    "peewee",
    "tortoise",
    "pony",
    "ormar",
    "activerecord",
    "doctrine",
    "eloquent",
    "jpa",
    "spring",
    "prisma",
    "typeorm",
    "mikro",
]
Lookups = Literal["", "trimmed", "plain"]


class FieldRule(Fact, frozen=True, forbid_unknown_fields=True):
    """What a class attribute made by this constructor is.

    `column` is a column, `reference` a column pointing at another model, `many` a relation with a join table, `relation` a
    relation that adds no column, `reverse` one whose key is a column of the other table. `column` gives the physical name from
    `{name}`, or from the own class in snake case (`{model}`); `named_by` are arguments that hold a name.
    `target` are the arguments that hold the other side, whose string form `names` a model or `table.column`; `through` those
    that name the join table (a model or a table name).
    `reverse` are keywords that name the attribute on the other side, `reverse_default` its default (`{model}`, `{table}`).
    `joined_when` is a keyword and its value that make every load of the model join the other side. `mutual`: a relation is
    many-to-many only if the other side has one as well. `key`: it is (part of) the primary key.
    `by_name`: where no target is given, the attribute's own name means the class, or its singular does. `column_case`: the
    convention that `{name}` follows. `open`: a keyword which says that the other side may be any class. `by_relation`: a
    keyword that names a relation which leads to the target.

    `embedded`: the columns of its class are the model's. `elements`: the rows of a `many` hold no model but its values.
    `inverse` are arguments, `inverse_with` further annotations, which say that the other side holds the key.
    `cascades` is an argument that makes a change of the row change the other side as well; `joined_unless` one, with its value,
    that keeps a load of the model from loading the other side. `column` may hold `{key}`, the key of the other side.
    `stored` is an argument that is false for a field which is no column.

    Where annotations describe a field (`@Column(name = "x")`), each is looked up like a constructor; of several on one field
    the one that says most decides what it is, and any of them may name the column. `owned_by`: the annotation that must stand
    beside it, or it is a relation without a key or join table of its own.
    """

    kind: FieldKind = "column"
    column: str = "{name}"
    keeps_suffix: str = ""
    named_by: tuple[Argument, ...] = ()
    target: tuple[Argument, ...] = ()
    names: Literal["model", "column"] = "model"
    through: tuple[Argument, ...] = ()
    reverse: tuple[str, ...] = ()
    reverse_default: str = ""
    nullable: str = ""
    nullable_default: bool = False
    enforced: str = ""
    joined_when: tuple[str, str] = ("", "")
    by_name: Literal["", "class", "singular"] = ""
    column_case: str = ""
    open: str = ""
    by_relation: str = ""
    mutual: bool = False
    key: bool = False
    owned_by: str = ""
    elements: bool = False
    inverse: tuple[str, ...] = ()
    inverse_with: tuple[str, ...] = ()
    cascades: str = ""
    joined_unless: tuple[str, str] = ("", "")
    stored: str = ""


class Beside(Fact, frozen=True, forbid_unknown_fields=True):
    """What else a project uses that changes the naming of a framework's models: a library, or a name in its code.

    `unless` are names in its code or its settings which say that the library shall leave the names alone.
    """

    packages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    convention: str = ""
    column_convention: str = ""
    renames: bool = False
    join_table: JoinTable = ""


class NamingCall(Fact, frozen=True, forbid_unknown_fields=True):
    """Where a call that registers a class as a model (its first argument, or `model`) has the table's name and schema.

    `convention` makes the table's name of the one that is given.
    """

    name: Argument
    schema: Argument | None = None
    model: Argument = 0
    convention: str = ""


class ModelRule(Fact, frozen=True, forbid_unknown_fields=True):
    """How a class declares a table.

    A class is a model when it descends from one of `bases` (by last name, from one of the framework's packages), from the
    result of a call of `base_calls`, or carries one of `decorators`. `reflected` are bases and base calls whose classes
    never prove ownership. `concrete` says that rows do not span the tables of the class's parents. Options are places
    inside the class: `__tablename__`, `Meta.db_table`, `class(tablename)` for a class
    keyword, `ormar_config(tablename)` for a keyword of the call bound to an attribute.
    `tracks_changes`: an attribute set on a loaded row is written back by the session, without a call that says so.

    Where annotations describe a class, `@Table(name)` or `@Table(0)` is the place of an option. `marks` are annotations or
    tags of fields that make their class a model. `all_fields`: every field with a type is a column unless something else is
    said. `column_convention` names the columns of fields, and with `renames` also changes names that are written out, tables'
    too. `repositories` are library types with the position of the type argument that is a model: a value of such a type, or a
    class derived from it, is used like the model's class, and abstract methods of such a class are verbs. `by_use`: a class
    that is given to a verb of the framework is a model. `partial`: a class does not say all columns of its table. `children`
    are annotations of classes whose rows stand in their parent's table. `scopes`: calls in a class that name queries on it.
    `lazy`: verbs whose result, given to another query, becomes a part of it; where there are any, all others run by
    themselves. `method_fields`: a method that returns the call of a field's constructor on `self` describes an attribute of its
    name. `scope_prefix`: with it begin the names of methods that are queries under the rest of their name.

    `tag` is the tag of a Go struct that describes its fields (`gorm`, `bun`); a struct is a model when it is used as one, when
    it embeds one of `embeds` (library structs with the columns that they bring), or when it has the tag and a key. With
    `struct_relations`, a field of another struct's type is a relation, else only one whose tag says so.

    `bare_fields`: fields are made by methods that the class inherits. `implicit_key_of`: the bases that bring the implicit key.
    `beside`: other names in projects that use another library as well.
    `@Name` alone is the place of an option that an annotation of the class gives by being there.
    `loaded_only`: related rows are loaded with a row, so that using them is no query. `naming_calls`: calls that give a class
    its table (`AddTableWithName(Order{}, "orders")`). `client_attributes`: models are attributes of the library's client
    (`prisma.order`), or of what the client holds under the name `client_queries` (`db.query.orders`).
    """

    bases: tuple[str, ...] = ()
    base_calls: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    requires: str = ""
    name: tuple[str, ...] = ()
    schema: tuple[str, ...] = ()
    connection: tuple[str, ...] = ()
    table: tuple[str, ...] = ()
    convention: str = ""
    convention_switch: tuple[str, str] = ("", "")
    abstract: tuple[str, ...] = ()
    proxy: tuple[str, ...] = ()
    unmanaged: tuple[str, ...] = ()
    reflected: tuple[str, ...] = ()
    inherited: tuple[str, ...] = ()
    concrete: tuple[str, ...] = ()
    mixin_names: bool = False
    inheritance: Inheritance = "copy"
    implicit_key: str = ""
    annotated: tuple[str, ...] = ()
    bare_annotations: bool = False
    join_table: JoinTable = ""
    tracks_changes: bool = False
    partial: bool = False
    scopes: tuple[str, ...] = ()
    lazy: tuple[str, ...] = ()
    method_fields: bool = False
    scope_prefix: str = ""
    marks: tuple[str, ...] = ()
    all_fields: bool = False
    column_convention: str = ""
    renames: bool = False
    repositories: dict[str, int] = msgspec.field(default_factory=dict)
    by_use: bool = False
    client_attributes: bool = False
    client_queries: str = ""
    children: tuple[str, ...] = ()
    mentioned_by: tuple[str, ...] = ()
    tag: str = ""
    embeds: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    struct_relations: bool = False
    beside: Beside | None = None
    bare_fields: bool = False
    implicit_key_of: tuple[str, ...] = ()
    loaded_only: bool = False
    naming_calls: dict[str, NamingCall] = msgspec.field(default_factory=dict)


class TableRule(Fact, frozen=True, forbid_unknown_fields=True):
    """A call that makes a table object or names a table by a string.

    `name`, `schema` and `columns` are arguments; the name `[]` is the key of the item that a method is called on
    (`db["t"].insert(…)`). `reflected` are keywords that say that the database describes the table.
    `also` gives another effect where the keyword `when` has the value that is its key. A call that does `refer` makes an object
    which stands for a table in queries and describes nothing of it. `begins`: it gives a query on the table, which the verbs of
    `query` go on with; its name may be followed by an alias. The name `()` is a call of the framework's object itself
    (`knex("users")`).
    For a call whose name says little, one of `receivers` must stand in the chain it is called on (`spark` in
    `spark.read.table("t")`), unless that is known to come from the framework; `given` is an argument and the text it must be.
    A dotted `name` leads into objects (`source.index`), one after `**` is a key anywhere in the arguments (`**_index`), one
    after `->` a call in the function that is passed (`s -> s.index("a")`), one after `@` the argument that follows such a text
    (`@STREAMS`). `besides`: further rules of the call count, too. `queue`: what it names is a queue, stream or channel, through
    which services pass messages on. `opaque`: what is done to it stands in a script of the store's own, and is only counted.
    """

    call: str
    name: Argument = 0
    schema: tuple[Argument, ...] = ()
    does: Literal[
        "declare",
        "refer",
        "read",
        "insert",
        "update",
        "delete",
        "upsert",
        "truncate",
        "create",
        "drop",
        "replace",
        "lock",
    ] = "declare"
    columns: Argument | None = None
    receivers: tuple[str, ...] = ()
    given: tuple[Argument, str] | None = None
    reflected: tuple[str, ...] = ()
    when: str = ""
    also: dict[str, Literal["read", "insert", "update", "delete", "replace"]] = msgspec.field(default_factory=dict)
    begins: bool = False
    queue: bool = False
    besides: bool = False
    opaque: bool = False


class DefineRule(Fact, frozen=True, forbid_unknown_fields=True):
    """Calls that define a model of a name and an object of fields (`sequelize.define("user", {…}, {tableName: "users"})`).

    `name`, `columns`, `options` and `collection` (the table's name) are arguments, `table` the options that name the table.
    `style` says how the fields are written; calls of the style `relations` state relations of models that others define.
    `of_class`: the call describes the class that it is called on. `listed`: it is given a list of objects, each of which
    describes a model by these keys.
    """

    calls: tuple[str, ...]
    style: Literal["sequelize", "mongoose", "drizzle", "relations"]
    of_class: bool = False
    listed: bool = False
    name: Argument = 0
    columns: Argument = 1
    options: Argument | None = None
    collection: Argument | None = None
    table: tuple[str, ...] = ()
    convention: str = ""


class Option(Fact, frozen=True, forbid_unknown_fields=True):
    """A class attribute that names a model outside any query, as in a serializer or a generic view.

    `at` is a place as in `ModelRule`, or `@register` for the arguments of a decorator.
    """

    at: str
    bases: tuple[str, ...]
    does: tuple[Literal["read", "insert", "update", "delete"], ...] = ("read",)


class Example(Fact, frozen=True, forbid_unknown_fields=True):
    """Source and the complete facts it must yield: the framework's test and documentation. `shows` says what it is about."""

    source: str
    expect: tuple[str, ...]
    shows: str = ""
    path: str = "app/models.py"
    files: dict[str, str] = msgspec.field(default_factory=dict)


class Framework(Fact, frozen=True, forbid_unknown_fields=True):
    """One framework of one language.

    `packages` are the top-level packages it is imported from. `fields_of` are frameworks whose fields its models may have too.
    `store` is the kind of database; the calls of stores other than SQL count only in files that name one of the packages.
    `extends`: its calls are made on other libraries' objects.
    `keeps` are further names of calls that matter: those that beginnings (`First*`) stand for, and words of configuration.
    `contexts`: its models are the entity classes of contexts (see `interpret/contexts.py`).
    `sessions` are the library's types that the verbs of `with` are called on; where they are given, nothing else counts.
    `managers` are class attributes that start a query,
    `entity_query` those that are one. `attribute_paths`: attributes of a relation lead on to the other table.
    `texts`: constructors whose result is SQL text, such text with a space after it, a clause of
    conditions, an identifier or a value. `constants`: texts that attributes of its classes hold,
    `constructors`: what the constructors of its classes set, in order. `known`: tables of models that come with the
    framework. `swappable`: names that mean the model which a setting names. `model_calls`: calls that give the model named by
    their string arguments, or the one that the repository is for which they are made on. `columns_at`: attributes that hold a
    table's columns, `tables_at` those that hold tables by their names.
    `usual`: names that stand for something of the framework where no definition of theirs can be followed.
    `define_options`: calls whose option `define` holds defaults of what `defines` describes.
    `callbacks`: what functions that its calls get have as their first parameter (`where((eb) => …)`).
    `cte`: calls whose string or keywords name common table expressions, which are no tables.
    `plugins`: what a project imports to have the names in its queries changed by a convention.
    `results`: calls besides those of `tables` that give data of the store, whose own methods say nothing of it.
    `maps`: calls that map a class (their first argument) to a table object (their second). `creates`: calls that create what is
    declared.
    """

    name: str
    language: str
    packages: tuple[str, ...]
    summary: str
    store: str = "sql"
    dialect: Dialect | None = None
    model: ModelRule | None = None
    fields: dict[str, FieldRule] = msgspec.field(default_factory=dict)
    fields_of: tuple[str, ...] = ()
    extends: bool = False
    contexts: bool = False
    keeps: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    lookups: Lookups = ""
    attribute_paths: bool = False
    entity_query: tuple[str, ...] = ()
    verbs: Verbs = Verbs()
    tables: tuple[TableRule, ...] = ()
    defines: tuple[DefineRule, ...] = ()
    define_options: tuple[str, ...] = ()
    sql: tuple[SqlRule, ...] = ()
    collections: CollectionRule | None = None
    series: tuple[SeriesRule, ...] = ()
    texts: dict[str, Literal["text", "spaced", "where", "identifier", "value"]] = msgspec.field(default_factory=dict)
    constants: dict[str, str] = msgspec.field(default_factory=dict)
    constructors: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    known: dict[str, str] = msgspec.field(default_factory=dict)
    swappable: dict[str, str] = msgspec.field(default_factory=dict)
    model_calls: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    creates: tuple[str, ...] = ()
    columns_at: tuple[str, ...] = ("c", "columns")
    tables_at: tuple[str, ...] = ()
    usual: dict[str, str] = msgspec.field(default_factory=dict)
    callbacks: str = ""
    results: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    cte: tuple[str, ...] = ()
    plugins: dict[str, str] = msgspec.field(default_factory=dict)
    connections: Connections = Connections()
    transactions: TransactionRule = TransactionRule()
    examples: tuple[Example, ...] = ()
