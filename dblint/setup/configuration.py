"""The text of a first dblint.yaml, and what a later run adds to one."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from dblint.config.dsn import database_of
from dblint.model.place import Place
from dblint.model.system import System
from dblint.model.tree import Service
from dblint.resolve.databases import Known, known_databases
from dblint.setup.insertion import with_items
from dblint.setup.sharing import Proposal, proposals

_HEAD = """\
# yaml-language-server: $schema={schema}
# What dblint takes for granted about this system. Everything here was detected by `dblint init`: correct what is wrong, since
# what stands here wins over what dblint guesses. `dblint config validate` checks the file, `dblint who TABLE` tells an owner.
version: 1

# The deployable units. A new service needs an entry; `dblint init` adds what it finds.
services:
"""
_DATABASES = """
# The databases, as the settings of the services name them. What stands in `databases` of a service wins over its settings.
databases:
"""
_UNCERTAIN = """
# Databases that no setting names completely, or that only some environments have. Uncomment one to declare it, and name it in
# `databases` of its services.
# {databases}
"""
_UNOWNED = """
# Tables for which no single owner is proven. Name the service that answers for the rows: `owns: [{first}]` there.
"""
_SHARING = """
# Sharing by a pattern that the code seems to follow. Uncomment what is right, with its reason; dblint then checks it.
# sharing:
"""
_TAIL = """
# Sharing that is meant to be, with a reason and a last day:
# allow:
#   - {service: reports, table: orders, mode: read, reason: read model until events arrive, until: 2030-06-30}

# Severity of rules (error, warning, note or off); `dblint rules` lists them:
# rules: {shared-database: note}
"""
_SHOWN = 12
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})  # YAML means something else by these


def configuration(
    services: Sequence[Service], system: System, schema: str, paths: Sequence[str] = (), relayed: Sequence[Place] = ()
) -> str:
    """The text of a dblint.yaml that declares what was detected in the files at `paths`; `schema` is where its schema lies.

    `relayed` are the places where the deployment names a relay of outboxes.
    """
    text = _HEAD.format(schema=schema)
    known = {name: found for name, found in known_databases(system.connections).items() if all(map(_can_be_declared, found))}
    certain = sorted({(each.label, each.schema or "") for found in known.values() for each in found})
    uncertain = sorted({(link.database, "") for link in system.connections} - {(label, "") for label, _ in certain})
    names = dict(_named([*certain, *uncertain]))
    for service in services:
        reached = [names[each.label, each.schema or ""] for each in known.get(service.name, ())]
        text += _indented(_entry(service, _owned(service, system), reached))
    text += _DATABASES if certain else ""
    for link in certain:
        text += "".join(f"  # {_plain(line)}\n" for line in _reached(link[0], system))
        text += f"  {_database(names[link], link)}\n"
    text += _UNCERTAIN.format(databases="more of them:" if certain else "databases:") if uncertain else ""
    for link in uncertain:
        text += "".join(f"#   # {_plain(line)}\n" for line in _reached(link[0], system))
        text += f"#   {_database(names[link], link)}\n"
    unowned = sorted({str(table.id) for table in system.tables if table.owner is None and table.kind == "table"})
    if unowned:
        text += _UNOWNED.format(first=_quoted(unowned[0]))
        text += "".join(f"#   {_quoted(name)}\n" for name in unowned[:_SHOWN])
        text += f"#   and {len(unowned) - _SHOWN} more: `dblint facts` lists them\n" if len(unowned) > _SHOWN else ""
    if proposed := proposals(system, paths, relayed):
        text += _SHARING + "".join(f"#   # {_plain(each.because)}\n#   - {_flow(each)}\n" for each in proposed)
    return text + _TAIL


def completed(text: str, missing: Sequence[Service], schema: str) -> tuple[str, tuple[str, ...]]:
    """An existing dblint.yaml with what it lacks, and what that was, in words; no line that is there is changed."""
    added: list[str] = []
    if missing:
        became = with_items(text, "services", [_entry(service, (), ()).rstrip("\n") for service in missing])
        names = ", ".join(service.name for service in missing)
        if became is not None:
            text = became
            added.append(f"the services {names}" if len(missing) > 1 else f"the service {names}")
    if "yaml-language-server" not in text:
        text = f"# yaml-language-server: $schema={schema}\n{text}"
        added.append("the line by which editors find the schema")
    return text, tuple(added)


def _can_be_declared(known: Known) -> bool:
    """Whether an entry with the database's address means this database again: a database in memory has none."""
    return database_of(known.label) == known.label


def _database(name: str, link: tuple[str, str]) -> str:
    """An entry of `databases:`."""
    url, schema = link
    return f"{name}: {{url: {_quoted(url)}{f', schema: {_quoted(schema)}' if schema else ''}}}"


def _entry(service: Service, owned: Sequence[str], databases: Sequence[str]) -> str:
    """One service with the evidence for it, as the lines of a YAML mapping."""
    lines = [f"# because {_because(service)}"] if service.evidence else []
    if owned:
        shown = ", ".join(map(_plain, owned[:_SHOWN])) + (f" and {len(owned) - _SHOWN} more" if len(owned) > _SHOWN else "")
        lines.append(f"# owns by evidence: {shown}")
    lines += [f"name: {_quoted(service.name)}", f"path: {_quoted(service.path)}"]
    if service.paths:
        lines.append(f"paths: [{', '.join(map(_quoted, service.paths))}]")
    if service.kind != "service":
        lines.append(f"kind: {service.kind}")
    if databases:
        lines.append(f"databases: [{', '.join(map(_quoted, databases))}]")
    comments = [line for line in lines if line.startswith("#")]
    keys = [line for line in lines if not line.startswith("#")]
    return "\n".join([*keys[:1], *comments, *keys[1:]]) + "\n"


def _because(service: Service) -> str:
    places = [f"{_plain(str(proof.place))} {_plain(proof.message or proof.kind)}" for proof in service.evidence]
    return "; ".join(places[:3]) + (f"; and {len(places) - 3} more" if len(places) > 3 else "")


def _reached(database: str, system: System) -> Iterator[str]:
    """Who reaches a database, and the first places that say so."""
    places: dict[str, list[str]] = {}
    for link in sorted(system.connections, key=lambda one: (one.service, one.environment, one.place)):
        if link.database == database:
            places.setdefault(link.service, []).append(f"{link.place}{f' in {link.environment}' if link.environment else ''}")
    for service, found in list(places.items())[:_SHOWN]:
        yield f"{service}: {', '.join(dict.fromkeys(found[:3]))}"
    if len(places) > _SHOWN:
        yield f"and {len(places) - _SHOWN} more services"


def _owned(service: Service, system: System) -> list[str]:
    return sorted({str(table.id) for table in system.tables if table.owner == service.name})


def _indented(entry: str) -> str:
    first, *others = entry.rstrip("\n").split("\n")
    return "\n".join([f"  - {first}", *(f"    {line}" for line in others)]) + "\n"


def _quoted(text: str) -> str:
    """A text as a YAML scalar inside a list or mapping."""
    plain = re.fullmatch(r"[A-Za-z_./][\w./-]*", text, re.ASCII) and text.casefold() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=not text.isprintable())


def _flow(proposal: Proposal) -> str:
    """A proposal as an entry in one line, its reason left to whoever declares it."""
    pairs = [
        f"{key}: {_quoted(value) if isinstance(value, str) else '[' + ', '.join(map(_quoted, value)) + ']'}"
        for key, value in proposal.keys
    ]
    return "{" + ", ".join([*pairs, 'reason: "…"']) + "}"


def _plain(text: str) -> str:
    """A text that cannot end the comment it stands in."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _named(links: Iterable[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], str]]:
    """Each database, or schema of one, with a name of its own."""
    taken: set[str] = set()
    for url, schema in links:
        name = f"{_name(url)}_{_name(schema)}" if schema else _name(url)
        number = next(number for number in count(1) if (f"{name}{number}" if number > 1 else name) not in taken)
        taken.add(name := f"{name}{number}" if number > 1 else name)
        yield (url, schema), name


def _name(url: str) -> str:
    """A name for a database, from the end of its address."""
    return re.sub(r"\W+", "_", url.rstrip("/").rpartition("/")[2] or "database", flags=re.ASCII).strip("_") or "database"
