"""SQL inside of deployment files: in ConfigMaps, Compose's `configs` and commands, and here-documents of Dockerfiles.

Sources: https://kubernetes.io/docs/concepts/configuration/configmap/, https://docs.docker.com/reference/compose-file/configs/
(`content`), https://docs.docker.com/reference/dockerfile/#here-documents.
"""

import re
from collections.abc import Iterable, Iterator

from dblint.languages.lookups import queries
from dblint.queryfiles.commanded import given_sql

# `init.sql: |` of a ConfigMap; `content: |` of Compose, whose text says whether it is SQL.
_BLOCK = re.compile(r"^([ \t]*)[\"']?(?:[\w./\-]+\.(?:sql|ddl)|content)[\"']?:[ \t]*[|>][0-9+\-]*[ \t]*\n", re.MULTILINE)
_HERE = re.compile(
    r"^(?:COPY|ADD|RUN)\b[^\n]*<<-?[\"']?(\w+)[\"']?[^\n]*\.(?:sql|ddl)\b[^\n]*\n(.*?)^\t*\1[ \t]*$", re.MULTILINE | re.DOTALL
)
_IN_YAML = re.compile(r"^[ \t]*kind:[ \t]*[\"']?(?:ConfigMap|Secret|List)\b|^configs:", re.MULTILINE)
_STATEMENT = re.compile(r"^\s*(?:--[^\n]*\n\s*)*(?:create|insert|alter|use|set|begin|grant|drop|do)\b", re.IGNORECASE)


def carries_sql(text: str) -> bool:
    """Whether a YAML file or Dockerfile holds an SQL script."""
    return next(_scripts(text), None) is not None or next(given_sql(text), None) is not None


def configures_lookups(text: str) -> bool:
    """Whether the configuration of a server holds queries."""
    return next(queries(text), None) is not None


def lookups_of(text: str) -> str:
    """The queries of such a configuration at their lines, everything else blank."""
    return _with(_blank(text), queries(text))


def sql_of(text: str) -> str:
    """The SQL of such a file at its places, everything else blank; a semicolon stands between two scripts."""
    found: list[str] = []
    position = 0
    for start, end in _scripts(text):
        around = _blank(text[position:start])
        found += [around.replace(" ", ";", 1) if found else around, text[start:end]]
        position = end
    return _with("".join((*found, _blank(text[position:]))), given_sql(text))


def _with(found: str, statements: Iterable[tuple[int, str]]) -> str:
    """The SQL of scripts, and what else is known with its line, on its lines."""
    lines = found.split("\n")
    for first, given in statements:
        for at, line in enumerate(f";{given};".split("\n"), first - 1):
            lines[at] = (lines[at] if lines[at].strip() else "") + line
    return "\n".join(lines)


def _scripts(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each script begins and ends."""
    if _IN_YAML.search(text):
        for block in _BLOCK.finditer(text):
            inner = re.compile(rf"(?:{block[1]}[ \t]+[^\n]*(?:\n|\Z)|[ \t]*\n)*").match(text, block.end())
            if inner is not None and _STATEMENT.match(inner[0]):
                yield inner.span()
    for document in _HERE.finditer(text):
        if _STATEMENT.match(document[2]):
            yield document.span(2)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
