"""Where a service has its ORM bring the database in step with the models: there a changed model is a changed schema.

What is called to create tables (`create_all`, `sync`, `generate_schemas`) stands in the frameworks' files as `creates`; here
are the switches of the others, in code or in settings.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from dblint.connections.composing import variant_of
from dblint.connections.model import Setting, relaxed
from dblint.model.place import Place
from dblint.model.tree import Tree

_LIMIT = 500_000
_ON = frozenset({"update", "create", "create-drop", "create-only", "drop-and-create"})
# https://docs.spring.io/spring-boot/how-to/data-initialization.html, https://quarkus.io/guides/hibernate-orm,
# https://docs.jboss.org/hibernate/orm/current/userguide/html_single/Hibernate_User_Guide.html#schema-generation
_SETTINGS = {
    relaxed(name): "jpa"
    for name in (
        "spring.jpa.hibernate.ddl-auto",
        "spring.jpa.properties.hibernate.hbm2ddl.auto",
        "hibernate.hbm2ddl.auto",
        "jpa.default.properties.hibernate.hbm2ddl.auto",
        "quarkus.hibernate-orm.database.generation",
        "quarkus.hibernate-orm.schema-management.strategy",
        "jakarta.persistence.schema-generation.database.action",
        "javax.persistence.schema-generation.database.action",
    )
}
_SYNCHRONIZE = r"""\bsynchronize\b["']?\s*:(?!\s*["']?false\b)"""
_HIBERNATE = rf"""(?:hbm2ddl\.auto|HBM2DDL_AUTO)["']?\s*[,\]=]*\s*["'](?:{"|".join(sorted(_ON))})["']"""
_NODE = "javascript typescript"


class _Switch(NamedTuple):
    """What a file of a language says where `framework` follows its models; `beside` stands in the same file."""

    framework: str
    languages: frozenset[str]
    pattern: re.Pattern[str]
    beside: re.Pattern[str]


def _switch(framework: str, languages: str, pattern: str, beside: str = "") -> _Switch:
    return _Switch(framework, frozenset(languages.split()), re.compile(pattern), re.compile(beside))


# typeorm.io/data-source-options, docs.nestjs.com/techniques/database, mikro-orm.io/docs/schema-generator,
# learn.microsoft.com/ef/core/managing-schemas/ensure-created, entgo.io/docs/migrate, beego.gocn.io RunSyncdb
_SWITCHES = (
    _switch("typeorm", _NODE, rf"{_SYNCHRONIZE}|\.synchronize\(", r"typeorm|\bentities\b|\bautoLoadEntities\b"),
    _switch("sequelize", _NODE, _SYNCHRONIZE, r"sequelize"),
    _switch("mikro-orm", _NODE, r"\.(?:updateSchema|createSchema|refreshDatabase)\(", r"mikro-orm|MikroORM"),
    _switch("efcore", "csharp", r"\.EnsureCreated(?:Async)?\("),
    _switch("nhibernate", "csharp", r"\bnew SchemaUpdate\(|hbm2ddl\.auto|Hbm2ddlAuto"),
    _switch("jpa", "java kotlin scala", _HIBERNATE),
    _switch("ent", "go", r"\.Schema\.Create\("),
    _switch("beego", "go", r"\bRunSyncdb\("),
    _switch("doctrine", "php", r"->updateSchema\(", r"\bSchemaTool\b"),
)
# symfony.com/doc/current/doctrine.html, typeorm.io/using-cli, mikro-orm.io/docs/schema-generator: what a container, a script
# or a package runs. Doctrine only shows what it would do unless it is forced to.
_COMMANDS = (
    ("doctrine", re.compile(r"\b(?:doctrine|d):s(?:chema)?:u(?:pdate)?\b[^\n]*\s[\"',\s]*(?:--force|-f)\b")),
    ("doctrine", re.compile(r"\borm:schema-tool:update\b[^\n]*\s[\"',\s]*(?:--force|-f)\b")),
    ("typeorm", re.compile(r"\btypeorm\b[^\n]*\bschema:sync\b")),
    ("mikro-orm", re.compile(r"\bmikro-orm\b[^\n]*\bschema:(?:update|fresh)\b[^\n]*\s[\"',\s]*(?:--run|-r)\b")),
)
_STARTING = re.compile(r"(?:\A|/)(?:package\.json|composer\.json|Procfile|[^/]*(?:Docker|Container)file[^/]*)\Z", re.IGNORECASE)


class Synchronising(NamedTuple):
    """A framework follows its models, in a service by its settings, or in whatever runs the file of `place` (no service)."""

    service: str
    framework: str
    place: Place


def synchronising(tree: Tree, settings: Iterable[Setting], text_of: Callable[[str], str | None]) -> Iterator[Synchronising]:
    """Every place that has a framework follow its models; tests do not count."""
    for setting in settings:
        framework = _SETTINGS.get(relaxed(setting.name), "")
        if framework and setting.value.rpartition(":")[2].strip("}").lower() in _ON:
            yield Synchronising(setting.service, framework, setting.place)
    for file in (*tree.files, *tree.unread_files):
        if file.role != "source" or file.size > _LIMIT:
            continue
        switches = [each for each in _SWITCHES if file.language in each.languages]
        text = (text_of(file.path) or "") if switches else ""
        for framework, _, pattern, beside in switches:
            found = pattern.search(text)
            if found is not None and beside.search(text):
                yield Synchronising("", framework, Place(file.path, text.count("\n", 0, found.start()) + 1))
    yield from _commanded(tree, text_of)


def _commanded(tree: Tree, text_of: Callable[[str], str | None]) -> Iterator[Synchronising]:
    """The commands that bring the database in step, in what starts or builds services."""
    starting = [path for path in tree.configuration_files if variant_of(path) is not None or _STARTING.search(path)]
    scripts = [file.path for file in tree.files if file.language == "shell" and file.size <= _LIMIT]
    for path in (*starting, *scripts):
        text = text_of(path) or ""
        for framework, pattern in _COMMANDS:
            found = pattern.search(text)
            if found is not None:
                yield Synchronising("", framework, Place(path, text.count("\n", 0, found.start()) + 1))
