"""The migration tools that dblint knows, the more particular ones first; the bare folder takes what is left."""

from dblint.migrations import (
    aerich,
    alembic,
    bare,
    dbmate,
    django,
    flyway,
    golang_migrate,
    goose,
    liquibase,
    marked,
    piccolo,
    sqitch,
    sql_migrate,
    sqlalchemy_migrate,
    tern,
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

PYTHON_TOOLS: tuple[Tool, ...] = (django.TOOL, alembic.TOOL, sqlalchemy_migrate.TOOL, piccolo.TOOL, aerich.TOOL, yoyo.TOOL)
"""Tools whose migrations are Python files."""
