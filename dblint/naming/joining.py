"""Names of the tables that a many-to-many relation brings with it."""

from collections.abc import Callable, Mapping
from itertools import takewhile
from types import MappingProxyType

from dblint.model.base import Fact
from dblint.naming import words


class Relation(Fact, frozen=True):
    """A many-to-many relation: the class that declares it in `field`, the other class, and the tables of both."""

    owner: str
    owner_table: str
    target: str
    target_table: str
    field: str = ""


def django(relation: Relation) -> str:
    """Table of the owner and the field. Source: django `db/models/fields/related.py`."""
    return f"{relation.owner_table}_{relation.field}"


def tortoise(relation: Relation) -> str:
    """Both tables, the owner's first. Source: tortoise `tortoise/__init__.py`."""
    return f"{relation.owner_table}_{relation.target_table}"


def ormar(relation: Relation) -> str:
    """Both class names, never the tables. Source: ormar `fields/many_to_many.py`."""
    return f"{relation.owner.lower()}s_{relation.target.lower()}s"


def peewee(relation: Relation) -> str:
    """Both tables and `through`. Source: peewee `ManyToManyField`."""
    return f"{relation.owner_table}_{relation.target_table}_through"


def pony(relation: Relation) -> str:
    """Both entities in alphabetical order, or entity and attribute if they are the same; the provider then folds the case.

    Source: pony `orm/dbapiprovider.py`.
    """
    if relation.owner == relation.target:
        return f"{relation.owner}_{relation.field}"
    return "_".join(sorted((relation.owner, relation.target)))


def activerecord(relation: Relation) -> str:
    """Both tables in alphabetical order, a common prefix up to `_` once. Source: Rails `has_and_belongs_to_many`."""
    first, second = sorted((relation.owner_table, relation.target_table))
    shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))))
    return f"{first}_{second[first.rfind('_', 0, shared) + 1 :]}"


def eloquent(relation: Relation) -> str:
    """Both singular snake names in alphabetical order. Source: Laravel `Concerns/HasRelationships.php`."""
    return "_".join(sorted((words.everyupper(relation.owner), words.everyupper(relation.target))))


def typeorm(relation: Relation) -> str:
    """Owner's table, property and the other table. Source: TypeORM `DefaultNamingStrategy.ts`."""
    return words.typeorm(f"{relation.owner_table}_{relation.field}_{relation.target_table}")


def doctrine(relation: Relation) -> str:
    """Both classes in lower case, the owner's first. Source: doctrine `UnderscoreNamingStrategy.php`."""
    return f"{words.doctrine(relation.owner)}_{words.doctrine(relation.target)}"


def prisma(relation: Relation) -> str:
    """`_AToB` in alphabetical order. Source: prisma.io, "Many-to-many relations"."""
    return "_" + "To".join(sorted((relation.owner, relation.target)))


def efcore(relation: Relation) -> str:
    """Both class names in order, joined. Source: EF Core `ManyToManyJoinEntityTypeConvention`."""
    return "".join(sorted((relation.owner, relation.target)))


def jpa(relation: Relation) -> str:
    """Both tables, the owner's first. Source: Jakarta Persistence 3.1, 11.1.27 `JoinTable`."""
    return f"{relation.owner_table}_{relation.target_table}"


def spring(relation: Relation) -> str:
    """Owner's table and the property. Source: Spring Boot `SpringImplicitNamingStrategy`."""
    return f"{relation.owner_table}_{relation.field}"


JOIN_TABLES: Mapping[str, Callable[[Relation], str]] = MappingProxyType(
    {
        "activerecord": activerecord,
        "django": django,
        "doctrine": doctrine,
        "efcore": efcore,
        "eloquent": eloquent,
        "jpa": jpa,
        "ormar": ormar,
        "peewee": peewee,
        "pony": pony,
        "prisma": prisma,
        "spring": spring,
        "tortoise": tortoise,
        "typeorm": typeorm,
    }
)


def join_table_of(convention: str, relation: Relation) -> str | None:
    """Join table of a relation that names none, or None where the framework creates none by itself."""
    name = JOIN_TABLES.get(convention)
    return name(relation) if name else None
