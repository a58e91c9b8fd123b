"""Framework tables: the ledgers of migration tools and the tables that a framework brings along.

They lie in many databases under the same names by accident, so they say nothing about coupling, except where two services
keep one ledger in one database. Source: the default names in each tool's documentation.
"""

import re

LEDGERS = frozenset(
    [
        "__drizzle_migrations",
        "__efmigrationshistory",
        "__diesel_schema_migrations",
        "_prisma_migrations",
        "_sqlx_migrations",
        "_yoyo_log",
        "_yoyo_migration",
        "_yoyo_version",
        "aerich",
        "alembic_version",
        "ar_internal_metadata",
        "atlas_schema_revisions",
        "databasechangelog",
        "databasechangeloglock",
        "dbmate_migrations",
        "django_migrations",
        "doctrine_migration_versions",
        "flyway_schema_history",
        "goose_db_version",
        "gorp_migrations",
        "knex_migrations",
        "knex_migrations_lock",
        "migrate_version",
        "migration_versions",
        "mikro_orm_migrations",
        "phinxlog",
        "pgmigrations",
        "refinery_schema_history",
        "schema_info",
        "schema_migrations",
        "schema_version",
        "schemaversions",
        "sequelizemeta",
        "typeorm_metadata",
        "versioninfo",
        "yoyo_lock",
    ]
)
"""Tables in which a migration tool notes what it has applied."""

_BY_TOOL = {
    "golang-migrate": "schema_migrations",
    "dbmate": "schema_migrations",
    "goose": "goose_db_version",
    "flyway": "flyway_schema_history",
    "knex": "knex_migrations",
    "yoyo": "_yoyo_migration",
    "liquibase": "databasechangelog",
    "alembic": "alembic_version",
    "sqlx": "_sqlx_migrations",
    "diesel": "__diesel_schema_migrations",
    "node-pg-migrate": "pgmigrations",
    "refinery": "refinery_schema_history",
}

_AMBIGUOUS_LEDGERS = frozenset({"migration", "migrations"})

BROUGHT_ALONG = frozenset(
    [
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "auth_user",
        "auth_user_groups",
        "auth_user_user_permissions",
        "django_admin_log",
        "django_content_type",
        "django_session",
        "django_site",
        "cache",
        "cache_locks",
        "delayed_jobs",
        "failed_jobs",
        "good_jobs",
        "job_batches",
        "jobs",
        "password_reset_tokens",
        "password_resets",
        "personal_access_tokens",
        "sessions",
        "celery_taskmeta",
        "celery_tasksetmeta",
        "django_celery_beat_periodictask",
        "apscheduler_jobs",
        "shedlock",
        "event_publication",
        "spring_session",
        "spring_session_attributes",
        "oban_jobs",
        "oban_peers",
    ]
)
"""Tables that a framework creates for itself under a fixed name."""

_FAMILIES = re.compile(
    r"solid_(?:queue|cache|cable)_.+|active_storage_.+|action_text_.+|good_job_.+|qrtz_.+|batch_(?:job|step)_.+|hangfire[._].+"
    r"|aspnet(?:users|roles|userroles|userclaims|userlogins|usertokens|roleclaims)"
    r"|oauth_(?:access_token|refresh_token|auth_code|client|personal_access_client|access_grant|application|approval|code)s?|oauth_client_details"
    r"|telescope_.+|spring_session.*|django_celery_.+|act_(?:re|ru|hi|ge|id)_.+"
)


def ledger_of(tool: str) -> str:
    """The table in which a tool notes by default what it has applied; empty where it has no fixed name."""
    return _BY_TOOL.get(tool, "")


def is_ledger_table(name: str) -> bool:
    """Whether a table of this name is a migration tool's own record of what was applied."""
    folded = name.rpartition(".")[2].lower()
    return folded in LEDGERS or folded in _AMBIGUOUS_LEDGERS


def is_framework_table(name: str) -> bool:
    """Whether a table of this name (schema-qualified or not) belongs to a framework rather than to a service."""
    folded = name.lower()
    bare = folded.rpartition(".")[2]
    return is_ledger_table(bare) or bare in BROUGHT_ALONG or any(_FAMILIES.fullmatch(each) for each in (folded, bare))
