"""Variables that a deployment hands to several services from one place, as a common ConfigMap or env file does."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from dblint.connections.model import DEPLOYED, SHARED, Setting, relaxed
from dblint.connections.names import part, words
from dblint.model.place import Place
from dblint.model.tree import Tree

# What frameworks and drivers read by themselves, so that no code of a service names it: Spring's, Quarkus', Micronaut's and
# .NET's properties, libpq's variables, Rails' and Prisma's URL.
_READ_BY_ITSELF = re.compile(
    r"(?:SPRING|QUARKUS|MICRONAUT|DATASOURCES|JDBC|R2DBC|FLYWAY|LIQUIBASE)_|.*__|PG[A-Z]+\Z|DATABASE_URL\Z"
)
_LIMIT = 500_000


def proving(settings: Iterable[Setting], tree: Tree, text_of: Callable[[str], str | None]) -> Iterator[Setting]:
    """The settings, those shared that several services get from one place and of which a service names none in its files.

    Whoever gets all variables uses some of them: the others prove no connection.
    """
    settings = tuple(settings)
    getting: dict[Place, set[str]] = defaultdict(set)
    for setting in settings:
        if setting.kind in DEPLOYED and _is_of_a_database(setting):
            getting[setting.place].add(setting.service)
    common = {
        (service, relaxed(setting.name)): setting.name
        for setting in settings
        if len(services := getting[setting.place]) > 1 and not _READ_BY_ITSELF.match(relaxed(setting.name))
        for service in services
    }
    if not common:
        yield from settings
        return
    named = {(each.service, relaxed(each.name)) for each in settings if each.kind not in DEPLOYED}
    wanted = {name for _, name in common}
    named |= set(_mentions(tree, wanted, text_of))
    for setting in settings:
        key = (setting.service, relaxed(setting.name))
        unused = setting.kind in DEPLOYED and key in common and key not in named and len(getting[setting.place]) > 1
        yield replace(setting, kind=SHARED + setting.kind) if unused else setting


def _is_of_a_database(setting: Setting) -> bool:
    return part(setting.name) is not None or "://" in setting.value


def _mentions(tree: Tree, names: Iterable[str], text_of: Callable[[str], str | None]) -> Iterator[tuple[str, str]]:
    """Service and name of every mention, in any spelling; what is in no service or in a library is said for all of them.

    A service of which no file can be read may use everything.
    """
    names = frozenset(names)
    spelled = {name: re.compile(r"[^A-Za-z0-9]?".join(map(re.escape, words(name) or (name,))), re.IGNORECASE) for name in names}
    # pydantic's `env_prefix="POSTGRES_"` and its like name the beginning of all.
    prefixes = {name: f'{name.rpartition("_")[0]}_"' for name in names}
    services = {service.name for service in tree.services if service.kind == "service"}
    read: set[str] = set()
    for file in (*tree.files, *tree.unread_files):
        if file.size > _LIMIT or file.role != "source":
            continue
        text = (text_of(file.path) or "").replace("'", '"')
        users = {file.service} if file.service in services else services
        read |= {file.service} if text else set()
        for name in names:
            if spelled[name].search(text) or prefixes[name] in text:
                yield from ((service, name) for service in users)
    yield from ((service, name) for service in services - read for name in names)


__all__ = ["proving"]
