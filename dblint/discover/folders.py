"""What the name of a folder or file says about what it is for."""

import re
from pathlib import PurePosixPath

from dblint.config.engines import engine, is_engine

# Folders that hold services rather than being one.
CONTAINERS = frozenset(
    {"services", "service", "microservices", "apps", "packages", "src", "cmd", "backend", "components", "modules", "projects"}
)
LIBRARY_NAMES = frozenset(
    {"common", "commons", "lib", "libs", "library", "libraries", "shared", "core", "util", "utils", "helpers", "sdk", "sdks"}
)
_SCHEMA_WORDS = frozenset(
    {
        "database",
        "databases",
        "db",
        "schema",
        "schemas",
        "sql",
        "ddl",
        "migration",
        "migrations",
        "flyway",
        "liquibase",
        "alembic",
    }
)
_AUXILIARY = re.compile(
    r"""(?: \..+ | scripts? | tools? | tooling | xtasks? | bin | hack | deploy(?:ments?)? | c[id] | infra(?:structure)?
      | terraform | cdk | pulumi | ansible | k8s | kubernetes | helm | charts? | manifests | openshift | docker | monitoring
      | grafana | prometheus | conf(?:igs?|iguration)? | build | dist | static | templates | assets | media | public
      | notebooks | artifacts | protos? | openapi
      # what installs one system there, beside the same for others
      | (?: debian | devuan | ubuntu | centos | fedora | rhel | rocky | alma | suse | opensuse | alpine | arch | gentoo
          | freebsd | openbsd | netbsd | linux | windows | macos ) (?:[\-_.]?[\d.]+)?
      | benchmarks? | perf | locust | envs? | secrets | certs | data | datasets? | resources? | logs? | output | te?mp )""",
    re.VERBOSE | re.IGNORECASE,
)
_FOR_DEVELOPERS = re.compile(
    r"\..+|dev|devel|develop|(?:local[\-_]?)?dev(?:elopment|env)?|scripts?|extras?|hack|c[id]", re.IGNORECASE
)
_FOR_TESTS = re.compile(r"(?:\A|[.\-_])(?:tests?|ci|e2e|lint)(?:[.\-_]|\Z)", re.IGNORECASE)
_SCHEMA_SCRIPT = re.compile(r"migrat|upgrade|init|setup|seed|apply|\Aenv\.py|schema|create|load|run", re.IGNORECASE)


def is_auxiliary(name: str) -> bool:
    """Whether no service is looked for in a folder of this name unless a deployment file starts it."""
    return bool(_AUXILIARY.fullmatch(name))


def is_for_developers(name: str) -> bool:
    """Whether nothing in a folder of this name is deployed, though Compose may start it on a developer's machine."""
    return bool(_FOR_DEVELOPERS.fullmatch(name))


def is_schema_name(folder: str) -> bool:
    """Whether a folder is called after database objects or a server for them: `database`, `sql_migrations`, `postgres`."""
    return all(
        word in _SCHEMA_WORDS or is_engine(engine(word)) for word in re.split(r"[-_]", PurePosixPath(folder).name.lower())
    )


def is_schema_script(path: str) -> bool:
    """Whether a program is called like one that brings a schema up to date."""
    return bool(_SCHEMA_SCRIPT.search(PurePosixPath(path).name))


def is_for_tests(path: str) -> bool:
    """Whether a deployment file starts tests: `docker-compose.test.yml`, `Dockerfile.test`."""
    return bool(_FOR_TESTS.search(PurePosixPath(path).name))
