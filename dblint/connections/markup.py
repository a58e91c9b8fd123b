"""Settings in XML: JPA's persistence.xml, hibernate.cfg.xml, and the connection strings of .NET Framework."""

import html
import re
from collections.abc import Callable, Iterator

from dblint.connections.forms import Entry, entry

# Patterns without nesting, and bounded: a document in XML is never parsed, so that no entity of it is ever expanded.
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_UNIT = re.compile(r"<persistence-unit\s[^>]{0,500}?\bname\s*=\s*\"([^\"]{1,200})\"")
_PROPERTY = re.compile(
    r"<property\s+name\s*=\s*\"([^\"]{1,200})\"\s*(?:value\s*=\s*\"([^\"]{0,2000})\"|>([^<]{0,2000})<)",
)
_CONNECTION_STRING = re.compile(r"<add\s+(?=[^>]{0,4000}?\bconnectionString\s*=)([^>]{1,4000})>")
_ATTRIBUTE = re.compile(r"\b(\w+)\s*=\s*\"([^\"]{0,2000})\"")
# https://jakarta.ee/specifications/persistence/3.1, https://docs.jboss.org/hibernate/orm/6.4/userguide (appendix A)
_MEANS = {
    "javax.persistence.jdbc.url": "url",
    "jakarta.persistence.jdbc.url": "url",
    "hibernate.connection.url": "url",
    "connection.url": "url",
    "javax.persistence.jdbc.user": "username",
    "jakarta.persistence.jdbc.user": "username",
    "hibernate.connection.username": "username",
    "connection.username": "username",
}


def reader(name: str) -> Callable[[str], Iterator[Entry]] | None:
    """How a file of this name is read; None for any other file."""
    return {
        "persistence.xml": _persistence,
        "hibernate.cfg.xml": _persistence,
        "app.config": _connection_strings,
        "web.config": _connection_strings,
    }.get(name.lower())


def _persistence(text: str) -> Iterator[Entry]:
    """The address and the user of each persistence unit; hibernate.cfg.xml has one, without a name."""
    plain = _without_comments(text)
    units = [(found.start(), found[1]) for found in _UNIT.finditer(plain)]
    for found in _PROPERTY.finditer(plain):
        name, value = found[1], found[2] if found[2] is not None else found[3]
        unit = next((called for start, called in reversed(units) if start < found.start()), "unit")
        line = plain.count("\n", 0, found.start()) + 1
        if name in _MEANS:
            yield from entry(f"persistence.{unit}.{_MEANS[name]}", html.unescape(value.strip()), line)
        elif name.endswith("default_schema"):
            yield from entry("hibernate.default_schema", value.strip(), line)


def _connection_strings(text: str) -> Iterator[Entry]:
    """The connection strings of `<connectionStrings>`, under the name that appsettings.json would give them."""
    plain = _without_comments(text)
    for found in _CONNECTION_STRING.finditer(plain):
        said = dict(_ATTRIBUTE.findall(found[1]))
        line = plain.count("\n", 0, found.start()) + 1
        if said.get("name") and said.get("connectionString"):
            yield from entry(f"ConnectionStrings.{said['name']}", html.unescape(said["connectionString"]), line)


def _without_comments(text: str) -> str:
    """The text with its comments as empty lines."""
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
