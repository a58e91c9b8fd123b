"""Django's models at one point of the history, and the tables and columns that they have then.

Names follow Django's `db/models/options.py` and `db/models/fields/related.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dblint import naming
from dblint.migrations.revisions import USER_FIELDS, USER_SETTING, label_of
from dblint.model.base import Fact
from dblint.model.history import ModelField
from dblint.model.place import in_common
from dblint.model.schema import Column, ForeignKey, TableName

_LONGEST = naming.LIMITS["postgres"]
ModelKey = tuple[str, str]
"""The history of an app and a model's name in lower case."""


class Model(Fact, frozen=True):
    """A model; `table` is empty for the default, `groups` are its unique_together and index_together."""

    name: str
    history: str
    fields: tuple[ModelField, ...]
    table: str = ""
    managed: bool = True
    proxy: bool = False
    bases: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = ()

    @property
    def key(self) -> ModelKey:
        """What the state of all models files it under."""
        return (self.history, self.name.lower())

    def field(self, name: str) -> ModelField | None:
        """The field of this name."""
        return next((each for each in self.fields if each.name == name), None)


def table_of_option(name: str) -> TableName:
    """A `db_table`; `schema"."table` is the known way to name a schema."""
    schema, separator, table = name.strip('"').partition('"."')
    found = table if separator else schema
    return TableName(found, schema if separator else None, quoted=found != found.lower())


def column_name(field_: ModelField) -> str:
    """The column of a field."""
    return field_.column or (f"{field_.name}_id" if field_.relation == "foreign" else field_.name)


@dataclass
class Models:
    """All models while a history is replayed; `labels` gives the label of an app folder and `settings.NAME` its model.

    `coming` are models that the history creates later: a relation may point forward.
    """

    labels: Mapping[str, str]
    known: dict[ModelKey, Model] = field(default_factory=dict)
    coming: Mapping[ModelKey, Model] = field(default_factory=dict)

    @property
    def histories(self) -> tuple[str, ...]:
        """The histories that have models, now or later."""
        return tuple(sorted({history for history, _ in (*self.known, *self.coming)}))

    def label(self, history: str) -> str:
        """The label of the app that a history belongs to."""
        return label_of(history, self.labels)

    def table(self, model: Model) -> TableName:
        """The table of a model."""
        if model.proxy and model.bases and (parent := self.find(model.bases[0], model)) is not None and parent.key != model.key:
            return self.table(parent)
        if model.table:
            return table_of_option(model.table)
        return self.default_table(self.label(model.history), model.name)

    def default_table(self, label: str, name: str) -> TableName:
        """The table of a model that names none."""
        return TableName(naming.truncated(naming.django_table(label, name), _LONGEST))

    def find(self, target: str, model: Model) -> Model | None:
        """The model that a reference in another model means."""
        if target == "self":
            return model
        if target.startswith("settings."):
            target = self.labels.get(target, "") or (self._user(model.history) if target == USER_SETTING else "")
        label, _, name = target.rpartition(".")
        histories = [model.history] if not label else [each for each in self.histories if self.label(each) == label]
        keys = [(history, name.lower()) for history in histories]
        found = [each for key in keys if (each := self.known.get(key) or self.coming.get(key)) is not None]
        return max(found, key=lambda each: in_common(each.history, model.history), default=None)

    def _user(self, history: str) -> str:
        """The user model of the project, told by the fields that every one inherits; Django's own otherwise."""
        users = [each for each in self.known.values() if {one.name for one in each.fields} >= USER_FIELDS]
        nearest = max(users, key=lambda each: in_common(each.history, history), default=None)
        return f"{self.label(nearest.history)}.{nearest.name}" if nearest else "auth.User"

    def target(self, target: str, model: Model) -> TableName:
        """The table that a relation points at; one of an app outside the tree by Django's default."""
        found = self.find(target, model)
        if found is not None:
            return self.table(found)
        target = self.labels.get(target, target)
        if target == USER_SETTING:
            return TableName("auth_user")
        label, _, name = target.rpartition(".")
        if not name or target.startswith("settings."):
            return TableName("*")
        return self.default_table(label or self.label(model.history), name)

    def primary_key(self, model: Model | None) -> ModelField:
        """The field that is the model's primary key."""
        own = next((each for each in model.fields if each.primary_key), None) if model is not None else None
        return own or ModelField("id", "bigint" if model is not None else None, primary_key=True, generated=True)

    def column(self, model: Model, field_: ModelField) -> Column:
        """The column of a field; a client-side default leaves none in the database."""
        return Column(
            column_name(field_),
            field_.type if field_.relation != "foreign" else self._referred_type(model, field_),
            field_.null and not field_.primary_key,
            field_.server_default,
            generated=field_.generated,
            primary_key=field_.primary_key,
        )

    def _referred_type(self, model: Model, field_: ModelField) -> str | None:
        seen: set[tuple[ModelKey, str]] = set()
        here, current = model, field_
        while current.relation == "foreign":
            other = self.find(current.target, here)
            if other is None or (other.key, current.name) in seen:
                return None
            seen.add((other.key, current.name))
            here, current = other, other.field(current.target_field) or self.primary_key(other)
        return current.type

    def columns(self, model: Model) -> tuple[Column, ...]:
        """All columns of a model's table, the implicit primary key first."""
        fields = [each for each in model.fields if each.relation != "many"]
        if not any(each.primary_key for each in fields):
            fields.insert(0, self.primary_key(model))
        return tuple(self.column(model, each) for each in fields)

    def foreign_keys(self, model: Model, fields: Iterable[ModelField]) -> tuple[ForeignKey, ...]:
        """The foreign keys of relations that have a column here."""
        return tuple(self._foreign_key(model, each) for each in fields if each.relation == "foreign")

    def _foreign_key(self, model: Model, field_: ModelField) -> ForeignKey:
        other = self.find(field_.target, model)
        referred = (other.field(field_.target_field) if other else None) or self.primary_key(other)
        column = field_.target_field if field_.target_field and other is None else column_name(referred)
        return ForeignKey((column_name(field_),), self.target(field_.target, model), (column,), field_.enforced, on_delete="")

    def join_table(self, model: Model, field_: ModelField) -> TableName:
        """The table of a many-to-many field that names no model for it."""
        if field_.table:
            return table_of_option(field_.table)
        own = self.table(model)
        return TableName(naming.truncated(f"{own.name}_{field_.name}", _LONGEST), own.schema, quoted=own.quoted)

    def join_columns(self, model: Model, field_: ModelField) -> tuple[str, str]:
        """The columns of a join table: this model's, the other's."""
        other = self.find(field_.target, model)
        own = model.name.lower()
        if other is not None and other.key == model.key:
            return f"from_{own}_id", f"to_{own}_id"
        name = other.name if other is not None else self._name_outside(field_.target)
        return f"{own}_id", f"{name.lower()}_id"

    def _name_outside(self, target: str) -> str:
        return "user" if target == USER_SETTING else target.rpartition(".")[2] or "*"

    def own_joins(self, model: Model) -> Iterator[ModelField]:
        """The many-to-many fields of a model whose table belongs to it."""
        return (each for each in model.fields if each.relation == "many" and not each.through)
