"""Settings that prove no connection: variables that all services get from one place, strings that no code asks for."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

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
_WORD = re.compile(r"\w+")


def proving(settings: Iterable[Setting], tree: Tree, text_of: Callable[[str], str | None]) -> Iterator[Setting]:
    """The settings, as shared where they prove no connection, since no code names them.

    That can be said of variables that several services get from one place: whoever gets all uses some. And of
    .NET's settings, which no framework reads by itself, and which templates of projects bring along.
    """
    settings = tuple(settings)
    getting: dict[Place, set[str]] = defaultdict(set)
    for setting in settings:
        if setting.kind in DEPLOYED and _is_of_a_database(setting):
            getting[setting.place].add(setting.service)
    common = {
        (service, relaxed(setting.name))
        for setting in settings
        if len(services := getting[setting.place]) > 1 and not _READ_BY_ITSELF.match(relaxed(setting.name))
        for service in services
    }
    own = {_key(setting.name) for setting in settings if _is_of_dotnet(setting)}
    own_files = (each for each in settings if each.kind not in DEPLOYED and not each.kind.startswith(SHARED))
    named = {(each.service, relaxed(each.name)) for each in own_files}
    named |= set(_mentions(tree, {name: _Spelling(name) for _, name in common}, text_of))
    asked = _asked_for(own, tree, text_of) if own else own
    for setting in settings:
        key = (setting.service, relaxed(setting.name))
        unused = setting.kind in DEPLOYED and key in common and key not in named and len(getting[setting.place]) > 1
        unused |= _is_of_dotnet(setting) and _key(setting.name) not in asked
        yield replace(setting, kind=SHARED + setting.kind) if unused else setting


def _is_of_dotnet(setting: Setting) -> bool:
    """Whether C# has to name a setting: only the components of Aspire find theirs alone."""
    written = "=" in setting.value or _is_of_a_database(setting)
    return setting.kind == "appsettings" and written and not setting.name.startswith("Aspire.")


def _key(name: str) -> str:
    """The last part of a setting's name, by which code asks for it (`GetConnectionString("Orders")`)."""
    return name.rpartition(".")[2]


def _asked_for(names: set[str], tree: Tree, text_of: Callable[[str], str | None]) -> set[str]:
    """The names that C# says as words of their own; all of them where there is none to look at.

    Wherever it says them: one service may read its settings by code that stands in another.
    """
    files = [file for file in tree.files if file.language == "csharp" and file.role == "source" and file.size <= _LIMIT]
    words = {word for file in files for word in _WORD.findall((text_of(file.path) or "").casefold())}
    return {name for name in names if not files or words.issuperset(_WORD.findall(name.casefold()))}


class _Spelling:
    """A name in any spelling; pydantic's `env_prefix="POSTGRES_"` and its like name the beginning of all."""

    def __init__(self, name: str) -> None:
        parts = words(name) or (name,)
        self._words = tuple(word.casefold() for word in parts)
        self._parts = parts
        self._prefixes = tuple(f"{name.rpartition('_')[0]}_{quote}" for quote in "\"'")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(r"[^A-Za-z0-9]?".join(map(re.escape, self._parts)), re.IGNORECASE)

    def stands_in(self, text: str, folded: str) -> bool:
        """Whether a text mentions the name; `folded` is the text without case, in which a search for words takes little."""
        if all(word in folded for word in self._words) and self._pattern.search(text):
            return True
        return any(prefix in text for prefix in self._prefixes)


def _is_of_a_database(setting: Setting) -> bool:
    return part(setting.name) is not None or "://" in setting.value


def _mentions(tree: Tree, names: Mapping[str, _Spelling], text_of: Callable[[str], str | None]) -> Iterator[tuple[str, str]]:
    """Service and name of every mention; what is in no service or in a library is said for all of them.

    A service of which no file can be read may use everything.
    """
    if not names:
        return
    services = {service.name for service in tree.services if service.kind == "service"}
    read: set[str] = set()
    for file in (*tree.files, *tree.unread_files):
        if file.size > _LIMIT or file.role != "source":
            continue
        text = text_of(file.path) or ""
        users = {file.service} if file.service in services else services
        read |= {file.service} if text else set()
        folded = text.casefold()
        for name, spelling in names.items():
            if spelling.stands_in(text, folded):
                yield from ((service, name) for service in users)
    yield from ((service, name) for service in services - read for name in names)


__all__ = ["proving"]
