"""The closed list of naming conventions that a framework description can refer to."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dblint.naming import plural, words


class UnknownConventionError(ValueError):
    """Indicates that a framework description names a convention which does not exist."""

    def __init__(self, convention: str) -> None:
        super().__init__(f"unknown naming convention '{convention}', known are {', '.join(sorted(CONVENTIONS))}")
        self.convention = convention


def activerecord(name: str) -> str:
    """Plural of the class without its modules: `Billing::Invoice` is `invoices`.

    Source: Rails `active_record/model_schema.rb`.
    """
    return plural.rails(words.rails(name.rpartition("::")[2]))


def activerecord_nested(name: str) -> str:
    """Name of a class inside a model class, which keeps its parent's singular: `Invoice::Lineitem` is `invoice_lineitems`.

    Source: Rails `active_record/model_schema.rb`.
    """
    outer, _, own = name.rpartition("::")
    return "_".join([*map(words.rails, outer.split("::")), activerecord(own)]) if outer else activerecord(own)


def bun(name: str) -> str:
    """Plural snake case. Source: uptrace/bun `schema/table.go`."""
    return plural.jinzhu(words.bun(name))


def cqlengine(name: str) -> str:
    """Snake case of the last 48 characters. Source: python-driver `cqlengine/models.py`."""
    return words.mikro(name)[-48:].lstrip("_")


def diesel(name: str) -> str:
    """Snake case and a literal `s`. Source: diesel `diesel_derives/src/model.rs`."""
    return words.everyupper(name) + "s"


def eloquent(name: str) -> str:
    """Snake case of the class with its last capitalised word in the plural. Source: Laravel `Str::pluralStudly`."""
    return words.everyupper(plural.last_word(name, plural.doctrine))


def efcore_upper_snake(name: str) -> str:
    """Snake case in capitals. Source: EFCore.NamingConventions `UpperSnakeCaseNameRewriter.cs`."""
    return words.efcore_snake(name).upper()


def ent(name: str) -> str:
    """Snake case of the plural, which is formed first: `SKU` is `sk_us`. Source: ent `entc/gen/func.go`."""
    return words.ent(plural.rails(name))


def exposed(name: str) -> str:
    """Name of the object without the suffix `Table`. Source: Exposed `Table.kt`."""
    return name.removesuffix("Table") or name


def gorm(name: str) -> str:
    """Plural snake case. Source: gorm `schema/naming.go`."""
    return plural.jinzhu(words.gorm(name))


def marten(name: str) -> str:
    """Lower case after `mt_doc_`. Source: Marten `DocumentMapping.cs`, `SchemaConstants.TablePrefix`."""
    return f"mt_doc_{name.lower()}"


def ormar(name: str) -> str:
    """Lower case and a literal `s`. Source: ormar `models/helpers/sqlalchemy.py`."""
    return name.lower() + "s"


def sequelize_underscored(name: str) -> str:
    """Snake case of the plural. Source: sequelize `model-definition.ts`."""
    return words.rails(plural.rails(name))


def spring_mongodb(name: str) -> str:
    """Simple class name with its first letter lowered. Source: Spring Data MongoDB `MongoCollectionUtils`."""
    return name[:1].lower() + name[1:]


CONVENTIONS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "activerecord": activerecord,
        "activerecord_nested": activerecord_nested,
        "asis": words.asis,
        "bun": bun,
        "cqlengine": cqlengine,
        "diesel": diesel,
        "doctrine_": words.doctrine,
        "eloquent": eloquent,
        "efcore_camel": words.efcore_camel,
        "efcore_snake": words.efcore_snake,
        "efcore_upper_snake": efcore_upper_snake,
        "ent": ent,
        "ent_label": words.ent,
        "everyupper": words.everyupper,
        "exposed": exposed,
        "flask": words.flask,
        "gorm": gorm,
        "gorm_column": words.gorm,
        "hib": words.hib,
        "hib_older": words.hib_older,
        "kysely": words.kysely,
        "lower": words.lower,
        "marten": marten,
        "mikro": words.mikro,
        "mongoose": plural.mongoose,
        "ormar": ormar,
        "peewee": words.peewee,
        "peewee2": words.peewee2,
        "rails": words.rails,
        "sequelize": plural.rails,
        "sequelize_underscored": sequelize_underscored,
        "spring_mongodb": spring_mongodb,
        "typeorm": words.typeorm,
        "upper": words.upper,
    }
)


def name_of(convention: str, class_name: str) -> str:
    """Table that `convention` gives to a class with no explicit name.

    Raises:
        UnknownConventionError: the convention is not one of `CONVENTIONS`.
    """
    if convention not in CONVENTIONS:
        raise UnknownConventionError(convention)
    return CONVENTIONS[convention](class_name)


def django_table(app_label: str, model: str) -> str:
    """Table of a Django model without `db_table`, before it is cut to the backend's limit.

    Source: django `db/models/options.py`.
    """
    return f"{app_label}_{model.lower()}"
