"""The migration tools that dblint knows, the more particular ones first; the bare folder takes what is left."""

from collections.abc import Mapping

from dblint.migrations import (
    addsql,
    aerich,
    alembic,
    bare,
    dbmate,
    django,
    efcore,
    fluent,
    flyway,
    golang_migrate,
    goose,
    knex,
    kysely,
    laravel,
    liquibase,
    marked,
    piccolo,
    rails,
    sequelize,
    sqitch,
    sql_in_code,
    sql_migrate,
    sqlalchemy_migrate,
    tern,
    typeorm,
    yoyo,
)
from dblint.migrations.tool import Tool

SQL_TOOLS: tuple[Tool, ...] = (
    goose.TOOL,
    liquibase.TOOL,
    sql_migrate.TOOL,
    dbmate.TOOL,
    *marked.TOOLS,
    tern.TOOL,
    flyway.TOOL,
    golang_migrate.TOOL,
    sqitch.TOOL,
    yoyo.TOOL,
    bare.TOOL,
)
"""Tools whose migrations are SQL files."""

_JAVASCRIPT = (
    sequelize.SEQUELIZE,
    typeorm.TOOL,
    addsql.MIKRO_ORM,
    kysely.TOOL,
    sequelize.NODE_PG_MIGRATE,
    sequelize.DB_MIGRATE,
    knex.TOOL,
)
_PYTHON = (django.TOOL, alembic.TOOL, sqlalchemy_migrate.TOOL, piccolo.TOOL, aerich.TOOL, yoyo.TOOL)

CODE_TOOLS: Mapping[str, tuple[Tool, ...]] = {
    "python": _PYTHON,
    "javascript": _JAVASCRIPT,
    "typescript": _JAVASCRIPT,
    "go": (sql_in_code.GO, sql_in_code.BUN),
    "java": (sql_in_code.FLYWAY,),
    "kotlin": (sql_in_code.FLYWAY,),
    "php": (laravel.TOOL, addsql.DOCTRINE),
    "ruby": (rails.TOOL, rails.SCHEMA),
    "csharp": (efcore.TOOL, fluent.TOOL),
}
"""Tools whose migrations are source code, by its language."""

_LANGUAGES = {
    ".py": "python",
    ".js": "javascript",
    ".cjs": "javascript",
    ".mjs": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".cs": "csharp",
    ".php": "php",
    ".go": "go",
    ".java": "java",
    ".kt": "kotlin",
    ".rb": "ruby",
}


def tools_for(path: str) -> tuple[Tool, ...]:
    """The tools whose migrations may be a source file of this name."""
    return CODE_TOOLS.get(_LANGUAGES.get(path[path.rfind(".") :], ""), ())
