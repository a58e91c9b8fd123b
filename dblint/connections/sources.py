"""What source code adds to the settings that files write: connection strings of its own, and which settings prove anything."""

from collections.abc import Iterator

from msgspec.structs import replace

from dblint.connections import literals
from dblint.connections.application import environment_named, is_for_tests
from dblint.connections.common import proving
from dblint.connections.literals import TextOf
from dblint.connections.mentions import mentioned
from dblint.connections.model import LITERAL, SCRIPT, Setting, Settings
from dblint.connections.workloads import Owners
from dblint.model.place import Place
from dblint.model.tree import Tree


def with_sources(known: Settings, tree: Tree, text_of: TextOf) -> Settings:
    """The settings that files write, with the connection strings in source files; those that no code asks for are only shared.

    `text_of` gives the text of a file below the root of the tree, None where there is none or it may not be read.
    """
    settings = tuple(proving((*known.settings, *_literals(tree, text_of)), tree, text_of))
    return replace(known, settings=tuple(dict.fromkeys(settings)), mentions=tuple(mentioned(tree, settings, text_of)))


def _literals(tree: Tree, text_of: TextOf) -> Iterator[Setting]:
    """Connection strings in code that cannot be analysed; the files of tests and examples are no sources."""
    number: dict[str, int] = {}
    owners = Owners(tree)
    for service, item, path in literals.in_source(tree, text_of):
        number[service] = number.get(service, 0) + 1
        yield Setting(service, f"{item.name}[{number[service]}]", item.value, Place(path, item.line), "", LITERAL)
    for service, word, key, item, path in literals.in_javascript(tree, text_of):
        number[service] = number.get(service, 0) + 1
        environment = environment_named(word)
        if not is_for_tests(environment):
            name = f"{key or item.name}[{number[service]}]"
            yield Setting(service, name, item.value, Place(path, item.line), environment, LITERAL)
    for found, path in literals.in_app_host(tree, text_of):
        words = [word for word in (found.called, found.project) if word]
        exact = next((name for word in words if (name := owners.called(word))), "")
        service = exact or next((name for word in words if (name := owners.named(word))), "")
        if service:
            name, place = f"ConnectionStrings.{found.key}", Place(path, found.entry.line)
            yield Setting(service, name, found.entry.value, place, "aspire", "aspire")
    for service, engine, database, line, path in literals.used_by_scripts(tree, text_of):
        yield Setting(service, f"USE.{path}", f"{engine}:///{database}", Place(path, line), "", SCRIPT)
