"""The keys of dblint.yaml as pydantic models: the one place that says what may be written; the JSON Schema comes from it."""

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from dblint.config.dsn import Dsn, parse

_TEXT_OR_LIST = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})


def _mistake(message: str) -> PydanticCustomError:
    """A validation error whose message is shown as it is."""
    return PydanticCustomError("own", "{message}", {"message": message})


def _several(value: object) -> object:
    """A list, where one value may be written without its brackets."""
    return [value] if isinstance(value, str) else value


def _text(value: str) -> str:
    """A text that is not blank."""
    if not value.strip():
        raise _mistake("must not be empty")
    return value


def _date(value: object) -> dt.date:
    """A calendar day written as YYYY-MM-DD; nothing else, since pydantic reads `20270630` as seconds since 1970."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise _mistake("must be a date written as YYYY-MM-DD")


def _boolean(value: object) -> bool:
    """YAML 1.2's booleans."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _mistake("must be true or false")


def _version(value: object) -> int:
    """The only version of the format so far."""
    if value != "1":
        raise _mistake("must be 1, the only version of this format")
    return 1


def _argument(value: object) -> int | str:
    """A position from 0 or the name of a keyword argument."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 4:
        return int(value)
    if isinstance(value, str) and value.isidentifier():
        return value
    raise _mistake("must be a position counted from 0, or the name of a keyword argument")


def _dsn(value: object) -> Dsn:
    """A connection string without its password."""
    found = parse(value) if isinstance(value, str) else None
    if found is None:
        raise _mistake("must be a database URL such as postgresql://host:5432/name")
    return found


Text = Annotated[str, BeforeValidator(lambda value: _text(value) if isinstance(value, str) else value), Field(min_length=1)]
Texts = Annotated[list[Text], BeforeValidator(_several), _TEXT_OR_LIST]
Mode = Literal["read", "write", "join", "any"]
Modes = Annotated[
    list[Mode],
    BeforeValidator(_several),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": ["read", "write", "join", "any"]},
                {"type": "array", "items": {"enum": ["read", "write", "join", "any"]}},
            ]
        }
    ),
]
Day = Annotated[dt.date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Flag = Annotated[bool, BeforeValidator(_boolean)]
Version = Annotated[int, BeforeValidator(_version), WithJsonSchema({"const": 1})]
Argument = Annotated[
    int | str, BeforeValidator(_argument), WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]})
]
Url = Annotated[Any, BeforeValidator(_dsn), WithJsonSchema({"type": "string"})]
Level = Literal["error", "warning", "note", "off"]
Dialect = Literal[
    "postgres", "mysql", "sqlite", "tsql", "oracle", "snowflake", "bigquery", "clickhouse", "redshift", "duckdb", "generic"
]


class _Keys(BaseModel):
    """A mapping of dblint.yaml: unknown keys are mistakes, `_` in a field is `-` in its key."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-"), protected_namespaces=()
    )


class ServiceKeys(_Keys):
    """A deployable unit, a shared library, or a folder that only defines database objects."""

    name: Text = Field(description="Name of the service, unique in the file.")
    path: Text = Field(description="Its folder, relative to the scanned root.")
    paths: Texts = Field(default=[], description="Further folders or files that belong to it.")
    owns: Texts = Field(
        default=[], description="Patterns of the tables it owns, such as `invoices`, `billing_*` or `billing.*`."
    )
    databases: Texts = Field(
        default=[], description="Names from `databases`, or connection URLs, of the databases it connects to."
    )
    kind: Literal["service", "library", "schema"] | None = Field(
        default=None,
        description="`library`: shared code, charged to its users. `schema`: only defines database objects (else detected).",
    )
    strict: Flag = Field(
        default=False,
        description="Whether the baseline may accept nothing more of it: neither its own reaches nor those into its tables.",
    )


class DatabaseKeys(_Keys):
    """A database."""

    url: Url = Field(default=None, description="Connection URL; a password in it is never kept.")
    dialect: Dialect | None = Field(default=None, description="SQL dialect, where it does not follow from the URL.")
    # `schema` would hide a method of BaseModel.
    default_schema: Text | None = Field(default=None, alias="schema", description="Schema of the tables whose name has none.")
    tables: Texts = Field(default=[], description="Patterns of the tables that live in it.")


class AllowKeys(_Keys):
    """Sanctioned sharing of a table."""

    service: Text = Field(description="The service that may use the table; `*` for every service.")
    table: Text = Field(description="Pattern of the table: `invoices`, `billing.*`.")
    mode: Modes = Field(default=["any"], description="How it may be used.")
    rule: Text | None = Field(default=None, description="Only findings of this rule are allowed.")
    reason: Text = Field(description="Why this sharing is right.")
    until: Day | None = Field(default=None, description="Last day on which it is allowed.")


class SharingKeys(_Keys):
    """Sharing that follows a pattern, checked against the code."""

    pattern: Literal["event-fed-copy", "read-model", "replica", "reference-data", "outbox", "shared-kernel"] = Field(
        description="Which pattern it is; it says what the others may do with the table."
    )
    table: Texts = Field(description="Patterns of the tables: `order_list`, `geo.*`.")
    services: Texts = Field(
        default=["*"], description="Who shares: the readers, the relay of an outbox, the members of a kernel."
    )
    feeder: Texts = Field(default=[], description="Patterns of the files that alone may write a copy or read model.")
    source: Text | None = Field(default=None, description="What a copy or read model is made from, such as `billing.invoices`.")
    staleness: Text | None = Field(default=None, description="How old it may be, such as `a minute`.")
    reason: Text = Field(description="Why this sharing is right.")
    until: Day | None = Field(default=None, description="Last day on which it is agreed.")


class ResourceKeys(_Keys):
    """Something else that services share, which dblint does not look for in code: a topic, a bucket."""

    name: Text = Field(description="The topic, or the prefix with its bucket: `orders.placed`, `s3://exports/daily/`.")
    kind: Literal["kafka-topic", "queue", "s3", "gcs", "azure-blob", "file", "other"] = Field(description="What it is.")
    owner: Text = Field(description="The service that decides what is in it.")
    services: Texts = Field(default=[], description="Who else uses it.")
    reason: Text | None = Field(default=None, description="What it is for.")


class SeverityKeys(_Keys):
    """The severity of findings between two services."""

    service: Text = Field(default="*", description="Pattern of the service that reaches out.")
    owner: Text = Field(default="*", description="Pattern of the owner whose table it reaches.")
    rule: Text | None = Field(default=None, description="Only findings of this rule.")
    severity: Literal["error", "warning", "note"] = Field(description="What they count as.")


class AcceptKeys(_Keys):
    """A file that is known not to be analysable."""

    path: Text = Field(description="The file, relative to the scanned root.")
    reason: Text = Field(description="Why it cannot be analysed.")


class DeprecatedKeys(_Keys):
    """A column that nobody should use any more."""

    column: Text = Field(description="The column as `table.column`, with the schema before it where that is needed.")
    since: Day | None = Field(default=None, description="Day from which on it is not to be used.")
    reason: Text | None = Field(default=None, description="Why, and what to use instead.")


class SuppressionKeys(_Keys):
    """What suppression comments must look like."""

    require_reason: Flag = Field(default=False, description="Whether every suppression comment needs a reason.")


class FunctionKeys(_Keys):
    """A function of the project that passes SQL or a table's name on to a database."""

    call: Text = Field(description="The function as it is called, such as `repo.fetch_rows`.")
    argument: Argument = Field(description="Position of the argument, counted from 0, or its keyword.")
    kind: Literal["sql", "table"] = Field(default="sql", description="Whether the argument is SQL or a table's name.")


class FileKeys(_Keys):
    """Configuration of dblint, the linter for shared-database coupling between services."""

    version: Version = Field(description="Version of the format.")
    services: list[ServiceKeys] = Field(default=[], description="The services; detected where absent.")
    databases: dict[Text, DatabaseKeys] = Field(default={}, description="The databases by name; detected where absent.")
    allow: list[AllowKeys] = Field(default=[], description="Sharing that is meant to be.")
    sharing: list[SharingKeys] = Field(default=[], description="Sharing by a pattern, checked against the code.")
    resources: list[ResourceKeys] = Field(default=[], description="Topics, buckets and the like, shown in the report.")
    rules: dict[Text, Level] = Field(default={}, description="Severity by the name or id of a rule.")
    severities: list[SeverityKeys] = Field(
        default=[], description="Severity by pairs of services; the last entry that is about a finding counts."
    )
    exclude: Texts = Field(default=[], description="Patterns (as in .gitignore) of files to leave out.")
    accept: list[AcceptKeys] = Field(default=[], description="Files that are known not to be analysable.")
    deprecated: list[DeprecatedKeys] = Field(default=[], description="Columns that are going away.")
    tests: Texts = Field(default=[], description="Patterns (as in .gitignore) of further test files.")
    suppressions: SuppressionKeys = Field(default=SuppressionKeys(), description="Demands on suppression comments.")
    rule_folders: Texts = Field(default=[], description="Folders with further rules.")
    framework_folders: Texts = Field(default=[], description="Folders with further framework descriptions.")
    sql_functions: list[FunctionKeys] = Field(
        default=[], description="The project's own functions that take SQL or a table's name."
    )
    fail_level: Literal["error", "warning", "note", "never"] = Field(
        default="error", description="Least severity of a finding that makes the run fail."
    )
