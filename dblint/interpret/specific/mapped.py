"""Models of EF Core's entities: table, columns, keys and relations by its conventions and what is configured.

Source: https://learn.microsoft.com/ef/core/modeling/ and `RelationalEntityTypeExtensions.GetDefaultTableName`.
"""

from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework
from dblint.interpret.evaluation.arguments import argument, called
from dblint.interpret.evaluation.values import Environment
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.specific.contexts import IDENTITY_TABLES, Context, Mapped
from dblint.interpret.specific.fluent import Owned, Place, Reference
from dblint.model.schema import Column, TableName
from dblint.model.syntax import Binding, Call, Item
from dblint.naming import name_of
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.mapping.models import Models


class MappedModels:
    """Makes the models of entity classes; `made` are tables without a class: join tables, owned collections, Identity's."""

    def __init__(self, models: "Models", framework: Framework) -> None:
        self._models = models
        self._contexts = models.contexts
        self.framework = framework
        self.made: list[Model] = []

    def fill(self, model: Model, entity: Mapped) -> None:
        """Give the model of an entity class its table and columns; its relations need other models, and come after."""
        configured, context = entity.configured, entity.context
        root = self._root(entity)
        model.key, model.connection = "", context.connection
        self._columns(model, entity)
        if root is not None:
            model.parents = [root]
            if not (configured.own_tables or configured.table or self._own_tables(entity)):
                model.table, model.confidence, model.shares, model.managed = root.table, root.confidence, True, root.managed
                root.columns.update({name: column for name, column in model.columns.items() if name not in root.columns})
                root.columns.setdefault("Discriminator", Column(self._named(context, "Discriminator")))
                model.columns = dict(root.columns)
                return
        name, schema, written = self._table(entity)
        model.table = TableName(name, schema=schema or None, quoted=not name.islower())
        model.confidence = "explicit" if written else "convention"
        model.managed = configured.is_table and not configured.excluded
        if not configured.is_table and not configured.table:
            model.table = None  # a query or a function stands for it

    def relate(self, model: Model, entity: Mapped) -> None:
        """Give the model of an entity class its relations."""
        for binding, target, many in self._contexts.navigations(entity):
            if binding.target in entity.configured.owned_by:
                continue
            other = self._models.at(target)
            mapped = self._contexts.entities.get(target)
            if other is not None and mapped is not None:
                self._navigation(model, entity, binding, other, mapped, many=many)
        for reference in entity.configured.references:
            self._without_navigation(model, entity, reference)
        self._owned_tables(model, entity.context, entity.configured.owned_by)

    def identity(self) -> None:
        """Add the tables that ASP.NET Identity's contexts bring."""
        for context in self._contexts.contexts:
            mapped = set(context.identity.values())
            for name in IDENTITY_TABLES if context.is_identity else ():
                if not name or name in mapped:
                    continue
                table = self._named(context, name)
                made = Model(self.framework, context.unit, name, context.definition.line)
                made.table = TableName(table, schema=context.schema or None, quoted=not table.islower())
                made.confidence, made.connection = "convention", context.connection
                self.made.append(made)

    def _table(self, entity: Mapped) -> tuple[str, str, bool]:
        """Return the name and the schema of an entity's table, and whether the name is written."""
        configured, context = entity.configured, entity.context
        name, schema = configured.table, configured.schema
        unit = self._contexts_unit(entity.place)
        definition = unit.classes[entity.place[1]]
        for decorator in definition.decorators:
            if isinstance(decorator, Call) and called(decorator) == "Table":
                name = name or self._text(decorator, unit.path, definition.scope, 0, "name")
                schema = schema or self._text(decorator, unit.path, definition.scope, "Schema")
        schema = schema or context.schema
        usual = context.identity.get(entity.place)
        if usual and (context.identity_wins or not name):
            return self._named(context, usual), schema, False
        if name:
            return (self._named(context, name) if context.renames_all else name), schema, True
        sets = context.sets.get(entity.place, [])
        return self._named(context, sets[0] if len(sets) == 1 else definition.name), schema, False

    def _columns(self, model: Model, entity: Mapped) -> None:
        configured, context = entity.configured, entity.context
        leads = {
            binding.target for binding, target, _ in self._contexts.navigations(entity) if target in self._contexts.entities
        }
        keys = self._contexts.key_of(entity.place)
        for unit, definition, binding in self._contexts.properties(entity.place):
            name = binding.target
            words = {getattr(item, "name", "") or called_of(item) for item in binding.decorators}
            if name in configured.owned_by:
                self._owned_columns(model, context, name, configured.owned_by[name], (unit.path, definition.qualified), binding)
                continue
            if name in leads or name in configured.ignored or "NotMapped" in words:
                continue
            if "transient" in words and name not in configured.properties and name not in keys:
                continue
            if isinstance(binding.annotation, Item) and name not in configured.properties:
                continue  # a collection of values
            if self._is_value(entity, unit.path, definition.qualified, binding) and name not in configured.properties:
                continue
            primary = name in keys
            kind = getattr(binding.annotation, "name", None)
            written = configured.columns.get(name) or self._column_attribute(binding, unit.path, definition.qualified)
            physical = self._named(context, written or name) if not written or context.renames_all else written
            model.columns[name] = Column(
                physical,
                kind.lower() if isinstance(kind, str) else None,
                nullable=False if primary else None,
                primary_key=primary,
            )
            if primary and not model.key:
                model.key = physical
        for name in sorted(configured.shadows - model.columns.keys()):
            written = configured.columns.get(name, "")
            model.columns[name] = Column(written or self._named(context, name))

    def _is_value(self, entity: Mapped, path: str, scope: str, binding: Binding) -> bool:
        """Return whether a property holds an object of a class that is neither entity nor configured: it is not mapped."""
        _ = entity
        if binding.annotation is None or isinstance(binding.annotation, Item):
            return False
        unit = self._models.program.units[path]
        target = self._models.program.class_of(unit, scope, binding.annotation)
        return target is not None and not any(name == "interface" for name, _ in target[1].keywords)

    def _column_attribute(self, binding: Binding, path: str, scope: str) -> str:
        for decorator in binding.decorators:
            if isinstance(decorator, Call) and called(decorator) == "Column":
                return self._text(decorator, path, scope, 0, "name", "Name")
        return ""

    def _owned_columns(self, model: Model, context: Context, name: str, owned: Owned, at: Place, binding: Binding) -> None:
        """Add the columns of an owned object that lies in its owner's table: `Address_City`."""
        if owned.many or owned.table:
            return
        if owned.json:
            model.columns[name] = Column(self._named(context, name))
            return
        unit = self._models.program.units[at[0]]
        written = binding.annotation.key if isinstance(binding.annotation, Item) else binding.annotation
        target = self._models.program.class_of(unit, at[1], written) if written is not None else None
        if target is None:
            return
        for _, _, inner in self._contexts.properties((target[0].path, target[1].qualified)):
            words = {getattr(item, "name", "") or called_of(item) for item in inner.decorators}
            if inner.target in owned.ignored or "NotMapped" in words or isinstance(inner.annotation, Item):
                continue
            if "transient" in words and inner.target not in owned.columns:
                continue
            known = owned.columns.get(inner.target)
            physical = known or f"{name}_{inner.target}"
            model.columns[f"{name}.{inner.target}"] = Column(
                physical if known and not context.renames_all else self._named(context, physical)
            )

    def _owned_tables(self, model: Model, context: Context, owned: dict[str, Owned]) -> None:
        """Add the tables of owned collections, and of owned objects that have one."""
        for name, part in owned.items():
            if model.table is None or part.json or not (part.many or part.table):
                continue
            made = Model(self.framework, model.unit, name, model.line)
            table = part.table or f"{model.table.name}_{name}"
            table = self._named(context, table) if not part.table or context.renames_all else table
            made.table = TableName(table, schema=part.schema or model.table.schema, quoted=not table.islower())
            made.confidence = "explicit" if part.table else "convention"
            made.managed = model.managed
            relation = Relation(name, "reverse", made, model.line, model.unit.path, joined=True)
            model.relations[name] = relation
            self.made.append(made)

    def _navigation(self, model: Model, entity: Mapped, binding: Binding, other: Model, target: Mapped, *, many: bool) -> None:
        name, line = binding.target, binding.line
        configured = self._configured(entity, name, target)
        back = [
            (item, many_)
            for item, place, many_ in self._contexts.navigations(target)
            if place == entity.place and item is not binding
        ]
        relation = Relation(name, "reverse", other, line, model.unit.path)
        model.relations[name] = relation
        if many:
            if any(many_ for _, many_ in back) or (configured is not None and configured.many and configured.inverse_many):
                self._join_table(model, entity, relation, target, configured, binding, back)
            elif not back and (configured is None or not configured.keys):
                key = self._named(target.context, f"{model.name}Id")
                if not any(column.name == key for column in other.columns.values()):
                    other.columns.setdefault(f"{model.name}Id", Column(key))
                relation.column = key
            return
        keys = configured.keys if configured is not None else ()
        if configured is not None and configured.holder is not None and configured.holder != entity.place:
            return  # the other side has the key
        attribute = self._foreign_attribute(entity, binding)
        column = next((key for key in (*keys, attribute, f"{name}Id", f"{name}ID") if key in model.columns), "")
        one_to_one = any(not many_ for _, many_ in back)
        if not column and one_to_one and not keys:
            return
        if not column:
            column = keys[0] if keys else attribute or f"{name}Id"
            model.columns[column] = Column(self._named(entity.context, column))
        relation.kind, relation.column = "reference", model.columns[column].name

    def _without_navigation(self, model: Model, entity: Mapped, reference: Reference) -> None:
        """Add a relationship that no property stands for (`HasOne<Customer>().WithMany().HasForeignKey(o => o.CustomerId)`)."""
        target = self._models.at(reference.target) if reference.target is not None else None
        if target is None or reference.navigation:
            return
        if reference.many:
            return
        key = reference.keys[0] if reference.keys else f"{target.name}Id"
        model.columns.setdefault(key, Column(self._named(entity.context, key)))
        relation = Relation(f"fk:{key}", "reference", target, reference.line, reference.path, column=model.columns[key].name)
        model.relations.setdefault(relation.name, relation)

    def _configured(self, entity: Mapped, name: str, target: Mapped) -> Reference | None:
        """Return the configuration of a navigation, from either side."""
        own = next((item for item in entity.configured.references if item.navigation == name), None)
        if own is not None:
            return own
        return next((item for item in target.configured.references if item.inverse == name), None)

    def _foreign_attribute(self, entity: Mapped, binding: Binding) -> str:
        """Return the key that `[ForeignKey]` names, on the navigation or on the key itself."""
        for unit, definition, item in self._contexts.properties(entity.place):
            for decorator in item.decorators:
                if isinstance(decorator, Call) and called(decorator) == "ForeignKey":
                    text = self._text(decorator, unit.path, definition.qualified, 0, "name")
                    if item.target == binding.target:
                        return text
                    if text == binding.target:
                        return item.target
        return ""

    def _join_table(
        self,
        model: Model,
        entity: Mapped,
        relation: Relation,
        target: Mapped,
        configured: Reference | None,
        binding: Binding,
        back: list[tuple[Binding, bool]],
    ) -> None:
        """Give a many-to-many relation its join table: the two class names in order, or what `UsingEntity` says."""
        relation.kind = "many"
        if configured is not None and configured.through_type is not None:
            relation.through = self._models.at(configured.through_type)
            return
        other = self._models.at(target.place)
        if other is None or model.table is None:
            return
        written = configured.through if configured is not None else ""
        first, second = sorted((model.name, other.name))
        name = written or f"{first}{second}"
        table = name if written and not entity.context.renames_all else self._named(entity.context, name)
        known = next((made for made in self.made if made.table is not None and made.table.name == table), None)
        if known is None:
            known = Model(self.framework, model.unit, "", relation.line)
            known.table = TableName(table, schema=model.table.schema, quoted=not table.islower())
            known.confidence = "explicit" if written else "convention"
            ends = (back[0][0].target if back else model.name, binding.target)
            for column in sorted(f"{end}Id" for end in ends):
                known.columns[column] = Column(self._named(entity.context, column), nullable=False)
            self.made.append(known)
        relation.through = known

    def _root(self, entity: Mapped) -> Model | None:
        """Return the model of the nearest class above that is an entity of the same context, too."""
        for unit, definition in list(self._contexts.ancestry(entity.place))[1:]:
            place = (unit.path, definition.qualified)
            if place in self._contexts.entities:
                return self._models.at(place)
        return None

    def _own_tables(self, entity: Mapped) -> bool:
        """Return whether a class above keeps each class in a table of its own."""
        above = list(self._contexts.ancestry(entity.place))[1:]
        known = [self._contexts.entities.get((unit.path, definition.qualified)) for unit, definition in above]
        return any(item is not None and item.configured.own_tables for item in known)

    def _contexts_unit(self, place: Place):  # type: ignore[no-untyped-def]
        return self._models.program.units[place[0]]

    def _named(self, context: Context, name: str) -> str:
        return name_of(context.renaming, name) if context.renaming else name

    def _text(self, call: Call, path: str, scope: str, *places: int | str) -> str:
        written = argument(call, places)
        if written is None:
            return ""
        texts = [item.text for item in self._models.texts.of(written, Environment(self._models.program.units[path], scope))]
        return texts[0] if len(texts) == 1 and HOLE not in texts[0] else ""


def called_of(expression: object) -> str:
    """Return the name of an attribute, with arguments or without."""
    return called(expression) if isinstance(expression, Call) else str(getattr(expression, "name", ""))
