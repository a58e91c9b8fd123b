"""Every form in which a connection is set, with the test that reads it and the password that is planted in it."""

from pathlib import Path

import pytest

from tests.conftest import Golden
from tests.connections.canaries import SECRETS

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "reference" / "connection-settings.md"
FORMS, FURTHER, NODE, NETWORKS = ("test_forms", "test_further_forms", "test_javascript", "test_networks")
CODE, OPENED = "../interpret/test_connections", "../resolve/test_code_connections"

# Form: the file with its test, the case or the test in it, the canaries.
CHECKLIST: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "Docker Compose: `environment` as a map or a list": (
        FORMS, "compose list", ("compose url", "compose list", "compose options"),
    ),
    "Docker Compose: several files, overrides, `include`": (FORMS, "compose override", ("compose url",)),
    "Docker Compose: variants that contradict each other": (
        NETWORKS, "test_variants_that_contradict_each_other_are_never_started_together", ("compose url",),
    ),
    "Docker Compose: files of a folder `docker-compose/`": (
        NETWORKS, "test_every_file_of_a_folder_called_after_compose_is_part_of_the_project", ("compose url",),
    ),
    "Docker Compose: `env_file`": (FORMS, "compose env_file", ("env file",)),
    "Docker Compose: `${NAME:-default}`": (FORMS, "compose default", ("compose default", "compose variable")),
    "Docker Compose: `.env` beside it and in folders above": (
        NETWORKS, "test_variables_come_from_the_folder_that_compose_is_started_in",
        ("interpolated", "variables from folders above"),
    ),
    "Docker Compose: YAML anchors": (FORMS, "compose anchor", ("compose anchors and profiles",)),
    "Docker Compose: profiles": (FORMS, "compose profile", ("compose anchors and profiles",)),
    "Docker Compose: `extends`": (FORMS, "compose extends", ("compose url",)),
    "Docker Compose: arguments of a command": (FORMS, "compose passed on", ("compose command",)),
    "`.env*` of an application": (FORMS, "env files", ("env file",)),
    "Kubernetes: Deployments, StatefulSets, `env`, `envFrom`, `valueFrom`, ConfigMaps, Secrets": (
        NETWORKS, "test_settings_come_from_config_maps_and_secrets",
        ("kubernetes", "kubernetes arguments", "kubernetes, settings in a map"),
    ),
    "Kustomize overlays": (NETWORKS, "test_an_overlay_is_an_environment_of_its_own", ("kustomize",)),
    "Helm values": (NETWORKS, "test_a_helm_chart_is_filled_with_its_values", ("helm",)),
    "Skaffold": (FURTHER, "skaffold with values", ("skaffold",)),
    "Images: `ENV` of a Dockerfile": (FURTHER, "an image's own variables", ("image",)),
    "Terraform literals": (FORMS, "terraform", ("terraform",)),
    "ECS task definitions": (FURTHER, "task definition of ECS", ("task definition",)),
    "Serverless Framework": (FURTHER, "serverless", ("serverless",)),
    "Spring `application*.yml`": (FORMS, "spring yaml", ("spring", "spring placeholder")),
    "Spring `application*.properties`": (FORMS, "spring properties", ("spring",)),
    "Spring: folders of a configuration server": (FURTHER, "folder of a configuration server", ("configuration server",)),
    "Spring: profiles": (FORMS, "spring profiles", ("spring",)),
    "Quarkus, Micronaut": (FURTHER, "quarkus", ("spring",)),
    "JPA's `persistence.xml`": (FURTHER, "persistence.xml of JPA", ("documents in XML",)),
    "`hibernate.cfg.xml`": (FURTHER, "hibernate.cfg.xml", ("documents in XML",)),
    ".NET Framework: `App.config`, `Web.config`": (FURTHER, "Web.config of .NET Framework", ("documents in XML",)),
    "Django `DATABASES`": (CODE, "test_the_databases_of_django_have_their_aliases", ("django",)),
    "Django `DATABASE_ROUTERS`": (CODE, "test_a_router_sends_the_models_of_its_apps_to_another_database", ("django",)),
    "Django by URL: dj-database-url, django-environ": (
        CODE, "test_the_databases_of_django_have_their_aliases", ("django by url",),
    ),
    "Python code: SQLAlchemy, asyncpg, psycopg and others, URLs and keyword arguments": (
        CODE, "test_a_call_opens_a_connection", ("python", "sqlalchemy parts"),
    ),
    "Python code: `search_path` of a connection": (
        OPENED, "test_the_search_path_of_a_connection_is_its_schema", ("search path",),
    ),
    "Python code: settings classes of pydantic": (
        CODE, "test_fields_of_a_settings_class_are_variables", ("pydantic", "environment with a default"),
    ),
    "Rails `database.yml`": (FORMS, "rails", ("rails", "ruby")),
    ".NET `appsettings*.json`": (FORMS, "appsettings", ("appsettings", "redis of .NET", "c#")),
    ".NET Aspire app hosts": (FURTHER, "chained", ("app host",)),
    "EF contexts and their connection strings": (
        OPENED, "test_the_tables_of_a_context_are_in_the_database_that_it_is_registered_with", ("contexts of EF",),
    ),
    "Prisma data sources": (FORMS, "prisma", ("prisma",)),
    "TypeORM: `ormconfig`, data sources": (FORMS, "ormconfig", ("ormconfig", "typeorm")),
    "Knex: `knexfile`": (NODE, "knexfile", ("knexfile",)),
    "Sequelize: configuration and code": (NODE, "sequelize configuration", ("sequelize",)),
    "Node DSNs": (NODE, "pg, put together", ("node urls", "mongoose")),
    "Go DSNs: URL, libpq's form, `user@tcp(host)/name`": (FURTHER, "go, libpq's form", ("go form", "go, put together", "code")),
    "Go: variables behind a prefix": (
        OPENED, "test_variables_whose_prefix_only_the_caller_knows_name_no_database_of_all_who_share_the_package",
        ("go, put together",),
    ),
    "Java and Kotlin: JDBC addresses that code puts together": (
        OPENED, "test_an_address_that_java_puts_together_is_read",
        ("java", "java, put together", "variables of Java", "kotlin", "oracle"),
    ),
    "PHP: PDO, Laravel, Symfony": (FURTHER, "laravel", ("php", "laravel", "symfony")),
    "Rust: settings and code": (FURTHER, "toml of a Rust program", ("rust", "settings in TOML", "settings in YAML")),
    "Alembic": (FORMS, "alembic", ("alembic",)),
    "Flyway": (FORMS, "flyway", ("flyway",)),
    "Liquibase": (FORMS, "liquibase", ("liquibase",)),
    "libpq's `key=value`, SQLite files, databases in memory": (
        FORMS, "test_a_database_in_memory_is_its_process_s_own", ("libpq",),
    ),
    "Links between databases": (
        "../judge/test_links_and_credentials", "test_a_server_is_told_where_no_foreign_table_tells_of_it",
        ("links", "links of MySQL", "links of Oracle", "links of SQL Server", "roles"),
    ),
    "`databases:` of dblint.yaml": ("test_canaries", "test_no_password_enters_a_setting_or_a_problem", ("declared",)),
    "What cannot be read": ("test_hostile", "test_what_cannot_be_read_is_listed_and_the_rest_used", ("broken",)),
}  # fmt: skip
_HEAD = """\
# Where connections are read

Each form in which a service may be told its database, and the test that reads it. In every one a password is planted, and no
output, report, cache or crash report may hold it (`tests/connections/test_canaries.py`).

| form | test | planted passwords |
|---|---|---|
"""


@pytest.mark.parametrize("form", CHECKLIST)
def test_every_form_has_a_test_and_a_password_planted_in_it(form: str) -> None:
    module, case, canaries = CHECKLIST[form]
    text = (HERE / f"{module}.py").read_text("utf-8")
    assert f"def {case}(" in text if case.startswith("test_") else f'    "{case}": ' in text
    assert canaries
    assert set(canaries) <= SECRETS.keys()


def test_every_planted_password_belongs_to_a_form() -> None:
    assert {name for _, _, canaries in CHECKLIST.values() for name in canaries} == SECRETS.keys()


def test_the_page_is_current(golden: Golden) -> None:
    rows = ""
    for form, (module, case, canaries) in CHECKLIST.items():
        file = (HERE / f"{module}.py").resolve().relative_to(HERE.parents[1])
        rows += f"| {form} | `{file}`: {case} | {', '.join(canaries)} |\n"
    golden(PAGE, _HEAD + rows)
