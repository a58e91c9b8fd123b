"""Names: how a dialect folds them, and which of them are no tables of anybody's."""

from dblint.model.schema import TableName
from dblint.model.sql import Dialect
from dblint.sql.holes import BIND, HOLE

_LOWER = frozenset({"postgres", "redshift", "duckdb", "generic"})
_UPPER = frozenset({"oracle", "snowflake"})
_SYSTEM_SCHEMAS = frozenset(
    {
        "information_schema", "pg_catalog", "pg_toast", "sys", "mysql", "performance_schema", "system", "crdb_internal",
        "pg_temp", "cron", "partman", "_timescaledb_catalog", "_timescaledb_internal", "_timescaledb_config",
        "timescaledb_information", "sysibm", "syscat",
    }
)  # fmt: skip
_SYSTEM_NAMES = frozenset(
    {
        "dual", "sysdummy1", "rdb$database", "sysobjects", "syscolumns", "sysindexes", "sqlite_master", "sqlite_schema",
        "sqlite_sequence", "sqlite_temp_master", "__tables__", "spatial_ref_sys", "geometry_columns", "geography_columns",
        "unnest",
    }
)  # fmt: skip
_SYSTEM_PREFIXES = ("pg_", "svv_", "stl_", "stv_", "timescaledb_", "_timescaledb_")
_ORACLE_PREFIXES = ("all_", "dba_", "user_", "v$", "gv$")


def fold(name: str, quoted: bool, dialect: Dialect) -> str:
    """The name as the database keeps it (spec 9.2); holes become `*`, a run of them one `*`."""
    if not quoted:
        name = name.lower() if dialect in _LOWER else name.upper() if dialect in _UPPER else name
    return starred(name)


def starred(name: str) -> str:
    """The name with every run of holes as one `*`."""
    for mark in (HOLE, BIND):
        if mark in name:
            name = name.replace(mark, "*")
    while "**" in name:
        name = name.replace("**", "*")
    return name


def unquote(text: str) -> str:
    """The name between the quotes of any dialect."""
    if len(text) >= 2 and text[0] in '"`[':
        close = "]" if text[0] == "[" else text[0]
        return text[1:-1].replace(close * 2, close)
    return text


def is_system(table: TableName, dialect: Dialect) -> bool:
    """Whether this is a catalogue, pseudo or extension table (spec 9.4)."""
    name, schema = table.name.lower(), (table.schema or "").lower()
    if schema in _SYSTEM_SCHEMAS or schema.startswith("pg_temp") or (table.catalog or "").lower() == "system":
        return True
    if name in _SYSTEM_NAMES or (not schema and name.startswith(_SYSTEM_PREFIXES)):
        return True
    return dialect == "oracle" and not schema and name.startswith(_ORACLE_PREFIXES)
