"""Go structs that describe tables: their exported fields are columns, what they embed is flattened, tags say the rest.

Sources: https://gorm.io/docs/models.html, https://gorm.io/docs/belongs_to.html, https://gorm.io/docs/many_to_many.html,
https://bun.uptrace.dev/guide/models.html, https://xorm.io/docs/chapter-02/4.columns/, https://beego.vip/docs/mvc/model/models.md.
"""

from collections.abc import Iterator
from posixpath import dirname
from typing import TYPE_CHECKING, NamedTuple

from dblint.frameworks.schema import Framework, ModelRule
from dblint.interpret.evaluation.values import ClassValue, Entity, Environment, External
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.tree.mentions import Mentions
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Unit
from dblint.model.schema import Column, TableName
from dblint.model.syntax import Binding, Call, Class, Expression, Items, Literal, Member, Name, Text
from dblint.naming import name_of

if TYPE_CHECKING:
    from dblint.interpret.mapping.models import Models

DEEPEST = 6
# What makes a struct type a value of one column: https://pkg.go.dev/database/sql#Scanner, gorm's serializers and data types.
_VALUES = ("Scan", "Value", "GormDataType", "GormDBDataType")
_AS_VALUE = frozenset({"serializer", "type", "json", "jsonb", "array", "msgpack"})
_EMBEDDED = frozenset({"embedded", "extends", "embed"})
_RELATED = frozenset({"rel", "many2many", "m2m", "reverse", "foreignkey", "polymorphic", "fk"})


class Field(NamedTuple):
    """An exported field of a struct: its tag's first word and options, and where it stands."""

    binding: Binding
    unit: Unit
    scope: str
    name: str
    options: dict[str, Expression]
    prefix: str

    def option(self, name: str) -> str:
        """Return the text of an option."""
        found = self.options.get(name)
        return found.value if isinstance(found, Text) else ""


def behind(program: Program, unit: Unit, definition: Class) -> tuple[Unit, Class] | None:
    """Return the struct that a type of Go is: of an interface the only type of the tree with all its methods, else itself.

    Source: https://go.dev/ref/spec#Implementing_an_interface.
    """
    methods = dict(definition.keywords).get("interface")
    if methods is None or unit.module.language != "go":
        return unit, definition
    wanted = {each.value for each in methods.values if isinstance(each, Text)} if isinstance(methods, Items) else set()
    having = [key for key, names in program.method_sets().items() if wanted and wanted <= names]
    found = [
        (other, other.classes[kind])
        for folder, kind in having
        for other in program.units.values()
        if dirname(other.path) == folder and kind in other.classes
    ]
    return found[0] if len(found) == 1 else None


def framework_of(models: "Models", unit: Unit, definition: Class) -> Framework | None:
    """Return the framework for which a struct describes a table by its shape alone; what others embed is only a part.

    It embeds a struct of the library, names its table in a method, or has a tagged field and a key.
    """
    rules = [(framework, rule) for framework, rule in models.with_rules if rule.tag]
    if not rules or unit.module.language != "go" or models.program.deriving(definition.name):
        return None
    for framework, rule in rules:
        if any(_embedded_by(models, unit, definition, base, framework, rule) for base in definition.bases):
            return framework
    members = unit.members.get(definition.qualified, ())
    for framework, rule in rules:
        tags = [tag for item in members for tag in item.decorators if isinstance(tag, Call) and _tagged(tag, rule)]
        keyed = any(item.target == "ID" for item in members) or any(dict(tag.keywords).get("primary_key") for tag in tags)
        if tags and keyed and rule.name and dirname(unit.path) in models.folders_near(framework):
            return framework
    return None


def folders_near(program: Program, framework: Framework) -> frozenset[str]:
    """Return the folders of the packages that use a framework, and of those that such a package imports."""
    using = {
        path
        for path, unit in program.units.items()
        if any(item.module.startswith(framework.packages) for item in unit.module.imports)
    }
    folders = {dirname(path) for path in using}
    around = {path for path in program.units if dirname(path) in folders}
    return frozenset(folders | {dirname(target) for source, target, _ in Mentions(program).edges() if source in around})


def _tagged(tag: Call, rule: ModelRule) -> bool:
    return isinstance(tag.function, Name) and tag.function.name == rule.tag


def _embedded_by(
    models: "Models", unit: Unit, definition: Class, base: Expression, framework: Framework, rule: ModelRule
) -> bool:
    value = models.value_of(base, Environment(unit, definition.scope))
    found = isinstance(value, External) and value.is_of(framework) and value.last in rule.embeds
    return found and isinstance(value, External) and "/mixin." not in value.path  # ent's mixins are parts of schemas


def read_struct(models: "Models", model: Model, definition: Class, rule: ModelRule) -> None:
    """Fill the columns and relations of a struct that has its table's name already."""
    related: list[tuple[Field, Class, Unit]] = []
    for item in _fields(models, model, model.unit, definition, rule, "", 0):
        if isinstance(item, Column):
            model.columns[item.name] = item
            model.key = model.key or (item.name if item.primary_key else "")
            continue
        target = None if _AS_VALUE & item.options.keys() else _struct(models, item)
        told = bool(_RELATED & item.options.keys())
        if target is not None and (told or rule.struct_relations):
            related.append((item, target.definition, target.unit))
        elif not told:
            _add(model, item, rule)
    for item, other, unit in related:
        found = models.adopted(unit, other, model.framework)
        if found is not None:
            _relate(model, item, found.model, rule)


_NOT_MIGRATED = "-:migration"
"""GORM's tag for a field that is read and written, though AutoMigrate makes no column for it (https://gorm.io/docs/models.html)."""


def _fields(
    models: "Models", model: Model, unit: Unit, definition: Class, rule: ModelRule, prefix: str, depth: int
) -> Iterator[Field | Column]:
    """Yield the fields of a struct, those of what it embeds first, and the columns that a library's struct brings."""
    if depth > DEEPEST:
        return
    for base in definition.bases:
        value = models.value_of(base, Environment(unit, definition.scope))
        if isinstance(value, External) and value.is_of(model.framework):
            for name in rule.embeds.get(value.last, ()):
                yield Column(prefix + name, nullable=name == "deleted_at", primary_key=name == "id")
        elif (inner := _class(value)) is not None:
            yield from _fields(models, model, inner.unit, inner.definition, rule, prefix, depth + 1)
    for binding in unit.members.get(definition.qualified, ()):
        if not binding.target[:1].isupper() or binding.operator != ":":
            continue
        name, options = _described(binding, rule)
        if name.startswith("-") and name != _NOT_MIGRATED:
            continue
        field = Field(binding, unit, definition.qualified, name, options, prefix)
        inner = _struct(models, field) if _EMBEDDED & options.keys() else None
        if inner is not None:
            more = field.option("embeddedprefix") or field.option("embed")
            yield from _fields(models, model, inner.unit, inner.definition, rule, prefix + more, depth + 1)
        else:
            yield field


def _described(binding: Binding, rule: ModelRule) -> tuple[str, dict[str, Expression]]:
    """Return the first word of a field's tag and its options."""
    for tag in binding.decorators:
        if isinstance(tag, Call) and _tagged(tag, rule):
            first = tag.arguments[0] if tag.arguments else None
            return first.value if isinstance(first, Text) else "", dict(tag.keywords)
    return "", {}


def _add(model: Model, field: Field, rule: ModelRule) -> None:
    name = column_name(field, rule)
    explicit = bool(field.options.get("primary_key"))
    default = field.binding.target in {"ID", "Id"} and not model.key
    written = field.binding.annotation
    kind = field.option("type").lower() or (written.name.lower() if isinstance(written, Name | Member) else None)
    required = {"not null", "notnull"} & field.options.keys()
    model.columns[field.binding.target] = Column(
        name, kind or None, nullable=False if explicit or default or required else None, primary_key=explicit or default
    )
    if explicit or default:
        model.key = name


def column_name(field: Field, rule: ModelRule) -> str:
    """Return the column of a field: the one that its tag names, or what the convention makes of the field's name."""
    written = field.option("column")
    if not written and not _names_no_column(rule) and field.name and field.name.replace("_", "a").isalnum():
        written = field.name
    convention = rule.column_convention
    return field.prefix + (written or (name_of(convention, field.binding.target) if convention else field.binding.target))


def _names_no_column(rule: ModelRule) -> bool:
    """Return whether a tag has options only (`gorm:"column:x"`), no name in front of them (`bun:"x"`)."""
    return rule.tag in {"gorm", "orm"}


def _struct(models: "Models", field: Field) -> ClassValue | None:
    """Return the struct of the tree that a field holds, or a slice of; None for one that is the value of a column."""
    annotation = field.binding.annotation
    if annotation is None or not isinstance(annotation, Name | Member):
        return None
    found = _class(models.value_of(annotation, Environment(field.unit, field.scope.rpartition(".")[0])))
    if found is None or not (found.definition.bases or found.unit.members.get(found.definition.qualified)):
        return None
    if any(models.program.method(found.unit, found.definition, name) for name in _VALUES):
        return None
    return found


def _class(value: object) -> ClassValue | None:
    if isinstance(value, Entity) and value.model.definition is not None:
        return ClassValue(value.model.unit, value.model.definition)
    return value if isinstance(value, ClassValue) else None


def _relate(model: Model, field: Field, target: Model, rule: ModelRule) -> None:
    """Add the relation that a field of another struct's type is."""
    name = field.binding.target
    relation = Relation(name, "relation", target, field.binding.line, field.unit.path)
    table = field.option("many2many") or field.option("m2m") or field.option("rel_table") or _paired(model, target, field)
    key = field.option("foreignkey") or _joined(field.option("join")) or f"{name}ID"
    back = field.option("foreignkey") or f"{model.name}ID"
    if table:
        relation.kind, relation.through = "many", _join_table(model, target, field, table, rule)
    elif own := _column(model, key) or _key_of_relation(model, field, rule):
        relation.kind, relation.column, relation.target_columns = "reference", own, (target.key,) if target.key else ()
    elif theirs := _column(target, back):
        relation.kind, relation.column = "reverse", theirs
        if f"fk:{theirs}" not in target.relations and not any(r.column == theirs for r in target.relations.values()):
            made = Relation(f"fk:{theirs}", "reference", model, field.binding.line, field.unit.path, column=theirs)
            made.target_columns = (model.key,) if model.key else ()
            target.relations[made.name] = made
    else:
        relation.kind = "reverse"
    model.relations[name] = relation


def _key_of_relation(model: Model, field: Field, rule: ModelRule) -> str:
    """Return the column that beego makes for a relation to one row. Source: beego's ORM, "Model", `rel(fk)` and `rel(one)`."""
    if field.option("rel") not in {"fk", "one"}:
        return ""
    name = column_name(field, rule) + ("" if field.option("column") else "_id")
    model.columns[field.binding.target] = Column(name, nullable="null" in field.options)
    return name


def _joined(written: str) -> str:
    """Return the own column of bun's `join:user_id=id`."""
    return written.partition("=")[0]


def _column(model: Model, attribute: str) -> str:
    """Return the column of a field, by its name in Go or in the database."""
    found = model.columns.get(attribute) or model.columns.get(attribute.removesuffix("ID") + "Id")
    return found.name if found is not None else model.column_of(attribute)


def _join_table(model: Model, target: Model, field: Field, name: str, rule: ModelRule) -> Model:
    schema, _, last = name.rpartition(".")
    table = TableName(last, schema=schema or (model.table.schema if model.table else None))
    made = Model(model.framework, field.unit, "", field.binding.line, table=table, managed=model.managed)
    made.confidence = "explicit"
    convention = rule.column_convention
    for side, option in ((model, "joinforeignkey"), (target, "joinreferences")):
        written = field.option(option) or f"{side.name}ID"
        column = name_of(convention, written) if convention else written
        if field.option("rel") and side.table is not None:
            column = f"{side.table.name}_id"
        made.columns[column] = Column(column, nullable=False, primary_key=True)
    return made


def _paired(model: Model, target: Model, field: Field) -> str:
    """Return the join table that beego makes of two tables. Source: beego, `newM2MModelInfo` in client/orm."""
    pair = field.option("rel") == "m2m" and model.table is not None and target.table is not None
    return f"{model.table.name}_{target.table.name}s" if pair and model.table and target.table else ""


def prefix_of(models: "Models", unit: Unit) -> tuple[str, bool]:
    """Return GORM's table prefix for a file, and whether tables are in the singular, by the nearest `NamingStrategy{…}`.

    Source: https://gorm.io/docs/gorm_config.html#naming_strategy; `db.SingularTable(true)` of the first version,
    https://v1.gorm.io/docs/conventions.html#Pluralized-Table-Name.
    """
    best: tuple[int, str, bool] = (0, "", False)
    for path, prefix, singular in models.strategies:
        shared = 0
        for left, right in zip(path.split("/"), unit.path.split("/"), strict=False):
            if left != right:
                break
            shared += 1
        best = max(best, (shared + 1, prefix, singular))
    return best[1], best[2]


def strategies(models: "Models") -> Iterator[tuple[str, str, bool]]:
    """Yield (file, prefix, singular) of every naming strategy that code sets."""
    for unit in models.program.units.values():
        for item in unit.outermost if unit.module.language == "go" else ():
            for call in item.calls:
                if getattr(call.function, "name", "") == "NamingStrategy" and call.keywords:
                    written = dict(call.keywords)
                    given = written.get("TablePrefix")
                    texts = models.texts.of(given, Environment(unit, item.scope)) if given is not None else []
                    singular = written.get("SingularTable")
                    one = isinstance(singular, Literal) and singular.value is True
                    yield unit.path, texts[0].text if texts and texts[0].sure else "", one
                elif getattr(call.function, "name", "") == "SingularTable" and len(call.arguments) == 1:
                    one = isinstance(call.arguments[0], Literal) and call.arguments[0].value is True
                    yield unit.path, "", one
