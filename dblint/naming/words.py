"""Class names turned into words: one function per framework, none of them shared."""

import re

import inflection

# GORM replaces these first, at each position the earliest of the list that fits, so `HTTPS` is read as `HTTP` and `S`.
_GORM_INITIALISMS = re.compile(
    "API|ASCII|CPU|CSS|DNS|EOF|GUID|HTML|HTTP|HTTPS|ID|IP|JSON|LHS|QPS|RAM|RHS|RPC|SLA|SMTP|SSH|TLS|TTL|UID|UI|UUID|URI|URL"
    "|UTF8|VM|XML|XSRF|XSS"
)


def lower(name: str) -> str:
    """Lower case, no separator. Sources: Django (model part), SQLModel `main.py`, Tortoise `tortoise/__init__.py`."""
    return name.lower()


def upper(name: str) -> str:
    """Upper case, no separator. Source: Pony `dbproviders/oracle.py`."""
    return name.upper()


def asis(name: str) -> str:
    """Unchanged. Sources: Beanie `odm/utils/init.py`, Pony on SQLite, JPA, EF Core, Prisma, Doctrine's default."""
    return name


def flask(name: str) -> str:
    """`HTTPRequest` is `http_request`. Source: flask-sqlalchemy `model.py`, `camel_to_snake_case`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<!^)(?=[A-Z][a-z])", "_", name).lower().lstrip("_")


def kysely(name: str) -> str:
    """`eventActions` is `event_actions`, `userID` is `user_id`. Source: Kysely `plugin/camel-case/camel-case.ts`."""
    return re.sub(r"(?<=[^A-Z_])(?=[A-Z])", "_", name).lower()


def peewee(name: str) -> str:
    """Lower case, anything but word characters becomes `_`. Source: peewee `Metadata.make_table_name`, legacy names."""
    return re.sub(r"\W+", "_", name.lower())


def peewee2(name: str) -> str:
    """`HTTPRequest` is `http_request`, existing underscores are not doubled. Source: peewee `make_snake_case`."""
    first = re.sub(r"(.)_*([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])_*([A-Z])", r"\1_\2", first).lower()


def rails(name: str) -> str:
    """`HTTPRequest` is `http_request`. Sources: Rails `underscore`; Piccolo `utils/naming.py` and Sequelize are ports of it."""
    return inflection.underscore(name)


def efcore_snake(name: str) -> str:
    """Snake case in which a digit ends no word: `OAuth2Token` is `o_auth2token`.

    Source: EFCore.NamingConventions `SnakeCaseNameRewriter.cs`.
    """
    found: list[str] = []
    before = ""
    for place, character in enumerate(name):
        following = name[place + 1 : place + 2]
        begins = before.islower() or (before != "" and not before.isdigit() and following.islower())
        if character.isupper() and begins:
            found.append("_")
        found.append(character.lower())
        before = "" if character == "_" else character
    return "".join(found)


def efcore_camel(name: str) -> str:
    """First letter lowered. Source: EFCore.NamingConventions `CamelCaseNameRewriter.cs`."""
    return name[:1].lower() + name[1:]


def everyupper(name: str) -> str:
    """`HTTPRequest` is `h_t_t_p_request`. Sources: MongoEngine `base/metaclasses.py`, diesel, Laravel `Str::snake`."""
    return re.sub(r"(?=[A-Z])", "_", name).strip("_").lower()


def typeorm(name: str) -> str:
    """`HTTPRequest` is `http_request`. Source: TypeORM `StringUtils.ts`, `snakeCase`."""
    first = re.sub(r"([A-Z])([A-Z])([a-z])", r"\1_\2\3", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", first).lower()


def mikro(name: str) -> str:
    """`HTTPRequest` is `httprequest`. Source: MikroORM `UnderscoreNamingStrategy`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def doctrine(name: str) -> str:
    """`OAuth2Token` is `oauth2_token`. Source: Doctrine `UnderscoreNamingStrategy`, number aware."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def hib(name: str) -> str:
    """`OAuth2Token` is `oauth2_token`, `UserID` is `userid`. Source: Hibernate 7 `PhysicalNamingStrategySnakeCaseImpl`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z0-9])", "_", name.replace(".", "_")).lower()


def hib_older(name: str) -> str:
    """`OAuth2Token` is `oauth2token`. Source: Spring Boot up to 3, `CamelCaseToUnderscoresNamingStrategy`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", name.replace(".", "_")).lower()


def bun(name: str) -> str:
    """`UserA` is `usera`: no underscore before a last capital. Source: bun `internal/underscore.go`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z].)|(?<!^)(?=[A-Z][a-z])", "_", name).lower()


def gorm(name: str) -> str:
    """`UserID` is `user_id`, `SHA256Hash` is `sha256_hash`. Source: gorm `schema/naming.go`, `toDBName`."""
    title = _GORM_INITIALISMS.sub(lambda match: match[0].capitalize(), name)
    return re.sub(r"(?<![A-Z_])(?<!^)(?=[A-Z](?!_))|(?<=[A-Z])(?=[A-Z][^A-Z0-9_])", "_", title).lower()


def ent(name: str) -> str:
    """`OAuth2Token` is `oauth2token`. Source: ent `entc/gen/func.go`, `snake`."""
    written: list[str] = []
    separated = 0
    for index, letter in enumerate(name):
        inner = 0 < index < len(name) - 1 and letter.isupper()
        if inner and (
            name[index - 1].islower() or (separated != index - 1 and name[index + 1].islower() and name[index - 1].isalpha())
        ):
            separated = index
            written.append("_")
        written.append(letter.lower())
    return "".join(written)


def sea_query(name: str) -> str:
    """Name a variant as sea-query's `DeriveIden` does, by heck's `to_snake_case`: https://docs.rs/heck/latest/heck/."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def camelized(name: str) -> str:
    """Class of a name in snake case, as `String#camelize` of ActiveSupport gives it: `line_item` is `LineItem`."""
    return "::".join("".join(part[:1].upper() + part[1:] for part in step.split("_")) for step in name.split("/"))
