"""What migration files say that only the whole history can settle: revision graphs and operations on models."""

from typing import Literal

from dblint.model.base import Fact


class Revision(Fact, frozen=True):
    """A node of a revision graph, as one file states it.

    `requires` come before it, `before` are revisions that it must precede, `replaces` are those that a squashed one stands for.
    Django writes revisions of other apps as `label.name`; `labels` are an Alembic branch's names.
    """

    name: str
    requires: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class ModelField(Fact, frozen=True):
    """A field of a model in a migration.

    `relation` is `foreign` (one column here) or `many` (a join table); its `target` is `label.Model`, `Model`, `self` or
    `settings.NAME`. `column` and `table` (of a join table) are empty where the framework chooses them. `default` says that the
    client fills the column in; `server_default` is the database's own.
    """

    name: str
    type: str | None = None
    column: str = ""
    null: bool = False
    primary_key: bool = False
    unique: bool = False
    indexed: bool = False
    default: bool = False
    server_default: str | None = None
    generated: bool = False
    relation: Literal["", "foreign", "many"] = ""
    target: str = ""
    target_field: str = ""
    enforced: bool = True
    table: str = ""
    through: str = ""


class ModelOperation(Fact, frozen=True):
    """One operation on a model: what it does to the framework's `state`, to the `database`, or to both.

    `kind`: `create`, `delete`, `rename` (to `name`), `table` (`table` is the new one, empty for the default), `field.add`,
    `field.drop`, `field.alter`, `field.rename` (`field` to `name`), `index`, `unique` and `check` (of `name`), `index.drop`,
    `index.rename` (`field` to `name`), `constraint.drop`, `together` (`name` is unique or index), `order`, `order.drop`,
    `options`, `comment`. `fields` are those created or altered; `names` are fields of an index or constraint, `groups` of
    several.
    """

    kind: str
    model: str
    field: str = ""
    name: str = ""
    fields: tuple[ModelField, ...] = ()
    bases: tuple[str, ...] = ()
    table: str = ""
    managed: bool = True
    proxy: bool = False
    abstract: bool = False
    names: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    flags: tuple[str, ...] = ()
    database: bool = True
    state: bool = True
