"""The migration tools that dblint knows, the more particular ones first; the bare folder takes what is left.

Those of a language are imported with its first file: the patterns of all of them take a third of a second to compile.
"""
# ruff: noqa: PLC0415 - the reason is above

from functools import cache

from dblint.migrations.tool import Tool

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
    ".ex": "elixir",
    ".exs": "elixir",
    ".rs": "rust",
}


@cache
def sql_tools() -> tuple[Tool, ...]:
    """The tools whose migrations are SQL files."""
    from dblint.migrations import (
        bare,
        dbmate,
        flyway,
        golang_migrate,
        goose,
        liquibase,
        marked,
        sqitch,
        sql_migrate,
        tern,
        yoyo,
    )

    return (
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


@cache
def code_tools(language: str) -> tuple[Tool, ...]:
    """The tools whose migrations are source code of a language."""
    match language:
        case "python":
            from dblint.migrations import aerich, alembic, django, piccolo, sqlalchemy_migrate, yoyo

            return (django.TOOL, alembic.TOOL, sqlalchemy_migrate.TOOL, piccolo.TOOL, aerich.TOOL, yoyo.TOOL)
        case "javascript" | "typescript":
            from dblint.migrations import addsql, knex, kysely, sequelize, typeorm

            first = (sequelize.SEQUELIZE, typeorm.TOOL, addsql.MIKRO_ORM, kysely.TOOL)
            return (*first, sequelize.NODE_PG_MIGRATE, sequelize.DB_MIGRATE, knex.TOOL)
        case "go" | "java" | "kotlin":
            from dblint.migrations import gormigrate, sql_in_code

            return (sql_in_code.GO, sql_in_code.BUN, gormigrate.TOOL) if language == "go" else (sql_in_code.FLYWAY,)
        case "php":
            from dblint.migrations import doctrine, laravel, phinx

            return (laravel.TOOL, phinx.TOOL, doctrine.TOOL)
        case "ruby":
            from dblint.migrations import rails, sequel

            return (rails.TOOL, rails.SCHEMA, sequel.TOOL)
        case "elixir":
            from dblint.migrations import ecto

            return (ecto.TOOL,)
        case "rust":
            from dblint.migrations import seaorm

            return (seaorm.TOOL,)
        case "csharp":
            from dblint.migrations import efcore, fluent

            return (efcore.TOOL, fluent.TOOL)
    return ()


def keeps_module(name: str, language: str) -> bool:
    """Whether a migration of a tool may hold code of all kinds besides."""
    return any(tool.name == name and tool.keeps_module for tool in code_tools(language))


def tools_for(path: str) -> tuple[Tool, ...]:
    """The tools whose migrations may be a source file of this name."""
    return code_tools(_LANGUAGES.get(path[path.rfind(".") :], ""))
