"""What a file is, by its name."""

import re

from dblint.connections.composing import variant_of
from dblint.languages import supported
from dblint.model.tree import CARRIER, LOOKUPS

# The languages in which a service may speak to its database, by the endings of their files.
LANGUAGES = {
    ".py": "python",
    ".pyw": "python",
    ".sql": "sql",
    ".ddl": "sql",
    ".psql": "sql",
    ".pgsql": "sql",
    ".mysql": "sql",
    ".java": "java",
    ".kt": "kotlin",
    ".kts": "kotlin",
    ".scala": "scala",
    ".groovy": "groovy",
    ".clj": "clojure",
    ".go": "go",
    ".ts": "typescript",
    ".tsx": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".js": "javascript",
    ".jsx": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".cs": "csharp",
    ".vb": "visual-basic",
    ".fs": "fsharp",
    ".rb": "ruby",
    ".php": "php",
    ".rs": "rust",
    ".ex": "elixir",
    ".exs": "elixir",
    ".erl": "erlang",
    ".swift": "swift",
    ".dart": "dart",
    ".pl": "perl",
    ".pm": "perl",
    ".lua": "lua",
    ".c": "c",
    ".cc": "cpp",
    ".cpp": "cpp",
    ".sh": "shell",
    ".bash": "shell",
    ".prisma": "prisma",
    ".ipynb": "notebook",
    ".rake": "ruby",
}

# Changelogs of Liquibase in XML, YAML and JSON are told by what they hold, not by their names.
CHANGELOG = "liquibase"
_CHANGELOG_MARK = re.compile(r"<(?:\w+:)?databaseChangeLog\b|^[ \t{]*\"?databaseChangeLog\"?\s*:", re.MULTILINE)

_TEMPLATES = frozenset({".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".in", ".erb", ".gotmpl"})
"""What the names of templates end with, behind the ending of what they make."""

_OF_SERVERS = (".cf", ".conf", ".conf.ext", ".map")
"""What the names of files end with that configure servers of mail, names and accounts."""

# Mapper files of MyBatis and iBATIS, by the element that holds all others.
MAPPER = "mybatis"
_MAPPER_MARK = re.compile(r"<(?:mapper|sqlMap)\b[^>]*\bnamespace\s*=")

# Documents that map classes to tables, by their root element; NHibernate's have a namespace of their own.
_MAPPING_MARK = re.compile(r"<(hibernate-mapping|entity-mappings|doctrine-mapping)\b([^>]*)")

# `with-contenv` runs what follows it in images with s6-overlay.
_INTERPRETERS = re.compile(
    r"\A#!\s*\S*?(?:/(?:env(?:\s+-S)?|with-contenv)\s+)?(?:\S*/)?"
    r"(python|ruby|perl|node|php|(?:ba|da|a|k|z)?sh)[\d.]*(?:\s|\Z)"
)
_SHEBANGS = {
    "python": "python",
    "ruby": "ruby",
    "perl": "perl",
    "node": "javascript",
    "php": "php",
}

_DOCKERFILE = re.compile(r"\A(?:Dockerfile|Containerfile)(?:[.\-_][\w.\-]+)?\Z|\.(?:Dockerfile|Containerfile)\Z", re.IGNORECASE)
_SETTINGS = re.compile(
    r"""\A(?:
        \.?dblint\.ya?ml | pyproject\.toml | setup\.(?:cfg|py) | alembic\.ini | dbt_project\.ya?ml | profiles\.ya?ml | Procfile
      | (?:application|bootstrap)(?:-[\w.\-]+)?\.(?:ya?ml|properties) | values(?:[.\-][\w.\-]+)?\.ya?ml | kustomization\.ya?ml
      | database\.ya?ml | flyway\.(?:conf|toml) | liquibase\.properties | appsettings(?:\.[\w.\-]+)?\.json | ormconfig\.json
      | package\.json | project\.json | nest-cli\.json
      | composer\.json | Gemfile | pnpm-workspace\.yaml | go\.(?:work|mod) | pom\.xml | Cargo\.toml | manage\.py
      | build\.sbt | mix\.exs
      | \.env(?:[.\-_][\w.\-]+)? | [\w.\-]+\.env | .+\.slnx?
    )\Z""",
    re.VERBOSE | re.IGNORECASE,
)

# Files that only say how the applications are configured, and never what is a service.
_VALUES = re.compile(
    r"""\A(?:
        (?:config|settings|configuration|knexfile|ormconfig|local|default)(?:[.\-_][\w\-]+)?\.(?:ya?ml|json|toml|ini)
      | (?:application|database|db|slick|persistence|[\w.\-]*(?:prod|production|dev|development|staging|local))
        (?:[.\-_][\w\-]+)?\.conf
      | .+\.(?:prisma|tf|tfvars|hcl) | skaffold\.ya?ml | Chart\.yaml | requirements\.yaml | serverless\.ya?ml
      | (?:.*[\-_.])?task(?:[\-_.]?def(?:inition)?s?)?(?:[\-_.].*)?\.json
      | persistence\.xml | hibernate\.cfg\.xml | (?:app|web)\.config
    )\Z""",
    re.VERBOSE | re.IGNORECASE,
)


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def suffix(path: str) -> str:
    """The last extension in lower case."""
    stem, dot, extension = name_of(path).rpartition(".")
    return dot + extension.lower() if stem else ""


def language(path: str) -> str:
    """The language of a source file by its extension; empty for every other file."""
    extension = suffix(path)
    if extension in _TEMPLATES:
        inner = LANGUAGES.get(suffix(path[: -len(extension)]), "")
        return inner if inner in ("sql", "shell") else ""
    return LANGUAGES.get(extension, "")


def may_look_up(path: str) -> bool:
    """Whether a file may configure a server with queries, by its name."""
    return path.lower().removesuffix(suffix(path) if suffix(path) in _TEMPLATES else "").endswith(_OF_SERVERS)


def is_readable(language: str) -> bool:
    """Whether dblint reads files of a language; those of the others are only counted."""
    return language in ("sql", CHANGELOG, CARRIER, LOOKUPS) or language in supported()


def shebang(text: str) -> str:
    """The language that the first line of a script names; empty if it names none."""
    found = _INTERPRETERS.match(text.partition("\n")[0])
    return _SHEBANGS.get(found[1], "shell") if found else ""


def is_compose(path: str) -> bool:
    """Whether a file is a Docker Compose file by its name, or that of its folder."""
    return variant_of(path) is not None


def is_dockerfile(path: str) -> bool:
    """Whether a file is a Dockerfile by its name."""
    return bool(_DOCKERFILE.search(name_of(path))) and not language(path)


def is_configuration(path: str) -> bool:
    """Whether a file may configure services or databases, by its name."""
    return is_compose(path) or is_dockerfile(path) or bool(_SETTINGS.match(name_of(path)))


def is_settings(path: str) -> bool:
    """Whether a file may hold the settings of an application and nothing about services, by its name."""
    return bool(_VALUES.match(name_of(path)))


def is_manifest(path: str, head: str) -> bool:
    """Whether a YAML file is a Kubernetes manifest or an OpenShift template, by its first lines."""
    return (
        suffix(path) in (".yml", ".yaml")
        and re.search(r"^\s*(?:- )?apiVersion:", head, re.MULTILINE) is not None
        and "kind:" in head
    )


def may_be_changelog(path: str) -> bool:
    """Whether a file of this name may be a changelog; JSON is mostly data, and a changelog's path says that it is none."""
    lowered = path.lower()
    return lowered.endswith((".xml", ".yml", ".yaml")) or (
        lowered.endswith(".json") and any(word in lowered for word in ("change", "liquibase", "migration", "db/"))
    )


def is_changelog(head: str) -> bool:
    """Whether the first lines of an XML, YAML or JSON file are those of a Liquibase changelog."""
    return _CHANGELOG_MARK.search(head) is not None


def is_mapper(head: str) -> bool:
    """Whether the first lines of an XML file are those of a mapper file."""
    return _MAPPER_MARK.search(head) is not None


def mapping(head: str) -> str:
    """The language of a document that maps classes to tables, by its first lines; empty for any other."""
    found = _MAPPING_MARK.search(head)
    if found is None:
        return ""
    if found[1] == "doctrine-mapping":
        return "doctrine"
    return "nhibernate" if "nhibernate" in found[2] else "hibernate"


def known(path: str) -> bool:
    """Whether dblint would have looked into a file of this name."""
    return bool(language(path)) or is_configuration(path)
