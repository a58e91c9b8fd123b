"""What the files of the applications themselves set: Spring, Rails, .NET, Node, Prisma, migration tools, `.env`."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from dblint.config.document import DocumentError, Node, documents
from dblint.config.engines import engine, is_engine
from dblint.connections import erb, markup, packaged
from dblint.connections.compose import TextOf
from dblint.connections.forms import (
    Entry,
    dotenv,
    flat,
    ini,
    is_template,
    json_document,
    limited,
    nodes,
    prisma,
    properties,
    terraform,
    toml,
    yaml,
)
from dblint.connections.hocon import hocon
from dblint.connections.variants import ENVIRONMENT_WORD
from dblint.model.facts import Problem

_ENVIRONMENTS = {
    "development": "dev",
    "devel": "dev",
    "production": "prod",
    "live": "prod",
    "staging": "stage",
    "testing": "test",
    "default": "",
}
_FOR_TESTS = frozenset({"test", "ci", "e2e", "integration", "it", "integrationtest", "testcontainers", "integration-test"})
_EXAMPLES = (".example", ".sample", ".dist", ".template", ".defaults")
_SPRING = re.compile(r"\A(application|bootstrap)(?:-([\w.\-]+))?\.(ya?ml|properties)\Z", re.IGNORECASE)
# Manifests and workflows are called after services as well.
_SERVED = re.compile(
    r"\A(?!.*^apiVersion:).*^\s*(?:spring|server|datasources?|management|eureka|micronaut|quarkus|logging|r2dbc)\b",
    re.MULTILINE | re.DOTALL,
)
_DOTENV = re.compile(r"\A(?:\.env(?:[.\-_]([\w.\-]+))?|([\w.\-]+)\.env)\Z", re.IGNORECASE)
_SETTINGS = re.compile(
    r"\A(?:config|settings|configuration|local|default|ormconfig|knexfile)(?:[.\-_]([\w\-]+))?\.(ya?ml|json|toml|ini)\Z",
    re.IGNORECASE,
)


_HOCON = re.compile(
    r"\A(?:application|database|db|slick|persistence|[\w.\-]*(?:prod|production|dev|development|staging|local))(?:[.\-_]([\w\-]+))?\.conf\Z"
)


class Part(NamedTuple):
    """The entries of one file that hold in one environment; `label` names what a block of them is for, where it does."""

    entries: tuple[Entry, ...]
    environment: str
    kind: str
    label: str = ""


def environment_named(word: str) -> str:
    """One word for the spellings of an environment; profiles of another name stay as they are."""
    return _ENVIRONMENTS.get(word.lower(), word.lower())


def is_environment(word: str) -> bool:
    """Whether a word names an environment."""
    return bool(ENVIRONMENT_WORD.match(word))


def is_for_tests(environment: str) -> bool:
    """Whether an environment exists for tests only."""
    return environment in _FOR_TESTS


def read(path: str, text_of: TextOf, problems: list[Problem], *, served: str | None = None) -> Iterator[Part]:
    """The settings of one file by environment; `served` is its profile if a configuration server hands it to a service."""
    reader = _reader(path, served)
    text = text_of(path) if reader is not None else None
    if reader is None or text is None or (served is not None and not _SERVED.search(text)):
        return
    try:
        for part in reader(posixpath.basename(path), text):
            if not is_for_tests(part.environment):
                yield part
    except DocumentError as error:
        problems.append(Problem(path, "template" if is_template(text) else error.reason, error.line))


def _reader(path: str, served: str | None) -> Callable[[str, str], Iterable[Part]] | None:
    """How a file of this name is read; None for one that holds no settings that we know."""
    name = posixpath.basename(path).lower()
    ending = name.rpartition(".")[2]
    if served is not None and ending in ("yml", "yaml", "properties"):
        return lambda called, text: _profiled(text, served, called)
    if _SPRING.match(name):
        return _spring
    if _DOTENV.match(name):
        return _dotenv
    known: dict[str, Callable[[str, str], Iterable[Part]]] = {
        "database.yml": _rails,
        "database.yaml": _rails,
        "alembic.ini": _ini,
        "flyway.conf": _ini,
        "flyway.toml": _toml,
        "liquibase.properties": _ini,
    }
    if name in known:
        return known[name]
    if _HOCON.match(name):
        return _hocon
    if name.startswith("appsettings") and ending == "json":
        return _appsettings
    if ending == "prisma":
        return _prisma
    if ending in ("tf", "tfvars", "hcl") and not name.endswith(".lock.hcl"):
        return _terraform
    return _packaged(name) or (_generic if _SETTINGS.match(name) else None)


def _packaged(name: str) -> Callable[[str, str], Iterable[Part]] | None:
    """How a file is read that says how a program is packed or started in a cloud, or that is written in XML."""
    document = markup.reader(name)
    if document is not None:
        return lambda _, text: (Part(tuple(limited(document(text))), "", "settings"),)
    reader = packaged.reader(name)
    if reader is None:
        return None
    found, kind = reader
    return lambda _, text: (Part(tuple(limited(entries)), "", kind, label) for label, entries in found(text))


def _spring(name: str, text: str) -> Iterator[Part]:
    """Spring Boot's files: the profile stands in the file's name or in the document."""
    found = _SPRING.match(name)
    profile = found[2] or "" if found else ""
    yield from _profiled(text, profile, name)


def _profiled(text: str, profile: str, name: str) -> Iterator[Part]:
    if name.lower().endswith(".properties"):
        for entries, own in properties(text):
            yield from _for_profiles(entries, own or profile)
        return
    for entries in yaml(_without_placeholders(text)):
        own = next((item.value for item in entries if item.name in _ON_PROFILE), "")
        listed = [item.value for item in entries if item.name.startswith("spring.config.activate.on-profile[")]
        yield from _for_profiles(entries, own or ",".join(listed) or profile)


_ON_PROFILE = ("spring.config.activate.on-profile", "spring.profiles")


def _without_placeholders(text: str) -> str:
    """Spring's YAML with Maven's `@name@`, which no scalar may begin with, quoted."""
    return re.sub(r"(:\s+)(@[\w.\-]+@)", r'\1"\2"', text)


def _for_profiles(entries: tuple[Entry, ...], written: str) -> Iterator[Part]:
    """The part for each of the profiles of `a | b, c`; `!a` holds by default."""
    profiles = [word for word in re.split(r"[,|&()\s]+", written) if word]
    for profile in profiles or [""]:
        yield Part(entries, "" if profile.startswith("!") else environment_named(profile), "spring")


def _dotenv(name: str, text: str) -> Iterator[Part]:
    found = _DOTENV.match(name)
    word = (found[1] or found[2] or "") if found else ""
    example = any(f".{word}".endswith(ending) for ending in _EXAMPLES)
    for ending in _EXAMPLES:
        word = f".{word}".removesuffix(ending).strip(".")
    environment = environment_named(word) if ENVIRONMENT_WORD.match(word) and word != "local" else ""
    kind = "env-example" if example else "env-file"
    yield Part(tuple(limited(dotenv(text))), environment, kind, "" if ENVIRONMENT_WORD.match(word) else word)


def _rails(name: str, text: str) -> Iterator[Part]:
    """Rails' database.yml: a block per environment, each with one database or several named ones."""
    del name
    root = next(iter(documents(erb.filled(text))), None)
    for key, block in nodes(root) if root is not None else ():
        environment = environment_named(key.text)
        if block.kind != "mapping" or not ENVIRONMENT_WORD.match(key.text):
            continue
        own = [pair for pair in nodes(block) if pair[1].kind == "scalar"]
        if own:
            yield Part(tuple(item for one, value in own for item in flat(value, f"database.{one.text}")), environment, "rails")
        for one, value in nodes(block):
            if value.kind == "mapping":
                entries = tuple(item for item in flat(value, f"{one.text}.database"))
                yield Part(tuple(item for item in entries), environment, "rails")


def _appsettings(name: str, text: str) -> Iterator[Part]:
    word = name[len("appsettings") :].removesuffix(".json").strip(".")
    root = json_document(text)
    if root is not None:
        yield Part(tuple(limited(flat(root))), environment_named(word), "appsettings")


def _ini(name: str, text: str) -> Iterator[Part]:
    yield Part(tuple(limited(ini(text))), "", name.partition(".")[0])


def _hocon(name: str, text: str) -> Iterator[Part]:
    """Play's and Akka's files; the environment stands in the name (`application.prod.conf`, `production.conf`)."""
    words = [word for word in re.split(r"[.\-_]", name.removesuffix(".conf")) if ENVIRONMENT_WORD.match(word)]
    yield Part(tuple(limited(hocon(text))), environment_named(words[-1]) if words else "", "hocon")


def _toml(name: str, text: str) -> Iterator[Part]:
    yield Part(tuple(limited(toml(text))), "", name.partition(".")[0])


def _prisma(name: str, text: str) -> Iterator[Part]:
    del name
    yield Part(tuple(limited(prisma(text))), "", "prisma")


def _terraform(name: str, text: str) -> Iterator[Part]:
    """Literals of Terraform and Nomad: each block is for the service that its labels name."""
    word = name.partition(".")[0]
    environment = environment_named(word) if ENVIRONMENT_WORD.match(word) else ""
    blocks: dict[str, list[Entry]] = {}
    for label, item in terraform(text):
        blocks.setdefault(label, []).append(item)
    for label, entries in blocks.items():
        yield Part(tuple(limited(entries)), environment, "terraform", f"{label}.{word}")


def _generic(name: str, text: str) -> Iterator[Part]:
    """A settings file of no framework; Sequelize, Knex and TypeORM have a block for each environment."""
    found = _SETTINGS.match(name)
    word = found[1] or "" if found else ""
    environment = environment_named(word) if ENVIRONMENT_WORD.match(word) else ""
    if name.endswith(".toml"):
        yield Part(tuple(limited(toml(text))), environment, "settings")
        return
    if name.endswith(".ini"):
        yield Part(tuple(limited(ini(text))), environment, "settings")
        return
    root = json_document(text) if name.endswith(".json") else next(iter(documents(text)), None)
    if root is None:
        return
    blocks = [(key, value) for key, value in nodes(root) if value.kind == "mapping" and ENVIRONMENT_WORD.match(key.text)]
    for item in (root, *root.items):
        rest = [pair for pair in nodes(item) if not any(pair[0] is key for key, _ in blocks)]
        prefix = _prefix(name) or ("database." if _describes_a_database(item) else "")
        entries = tuple(limited(found for key, value in rest for found in flat(value, prefix + key.text)))
        if entries:
            yield Part(entries, environment, "settings")
    for key, value in blocks:
        yield Part(tuple(limited(flat(value, "database"))), environment_named(key.text), "settings")


def _describes_a_database(root: Node) -> bool:
    """Whether the keys of a file are those of one connection, as in Sequelize's `config.json` without environments."""
    kinds = (root.get(key) for key in ("dialect", "client", "type", "driver", "adapter"))
    known = any(node is not None and is_engine(engine(node.text)) for node in kinds)
    return known and any(root.get(key) is not None for key in ("database", "host", "url", "storage"))


def _prefix(name: str) -> str:
    """What the keys of files that describe a database alone are called by."""
    return "database." if name.startswith(("ormconfig", "knexfile")) else ""


def profiles_in(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The profiles that a deployment switches on."""
    found: list[str] = []
    for item in entries:
        if re.sub(r"\W", "_", item.name).upper() in _ACTIVE and "$" not in item.value:
            found += [environment_named(word.strip()) for word in item.value.split(",") if word.strip()]
    return tuple(dict.fromkeys(found))


_ACTIVE = frozenset(
    {
        "SPRING_PROFILES_ACTIVE", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "RAILS_ENV", "RACK_ENV", "NODE_ENV",
        "MICRONAUT_ENVIRONMENTS", "QUARKUS_PROFILE", "APP_ENV",
    }
)  # fmt: skip
