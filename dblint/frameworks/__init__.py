"""Frameworks are data: one YAML file each, in a folder per family of languages."""

import re
from collections.abc import Container, Iterable
from pathlib import Path

from dblint.frameworks.reading import FrameworkError, parse, read
from dblint.frameworks.schema import Framework
from dblint.languages import Vocabulary
from dblint.languages.traits import family_of

__all__ = ["Framework", "FrameworkError", "load", "vocabulary"]


def load(folders: Iterable[Path] = (), families: Container[str] | None = None) -> tuple[Framework, ...]:
    """Return the frameworks that ship with dblint and those of the user's `folders`, sorted by name.

    Of those that ship, only the `families` of languages that are asked for, or all.

    Raises:
        FrameworkError: when a file is not a framework, with its place and what is wrong.
    """
    return with_own(shipped(families), folders)


def with_own(known: Iterable[Framework], folders: Iterable[Path]) -> tuple[Framework, ...]:
    """Return the known frameworks and those of the user's `folders`, sorted by name.

    Raises:
        FrameworkError: when a file is not a framework, with its place and what is wrong.
    """
    own = (read(file, f"{folder.name}/{file.name}") for folder in folders for file in sorted(folder.glob("*.yaml")))
    return tuple(sorted((*known, *own), key=lambda framework: framework.name))


def shipped(families: Container[str] | None = None) -> tuple[Framework, ...]:
    """Return the frameworks that ship with dblint, of all `families` of languages or of those that are asked for."""
    languages = sorted((entry for entry in Path(__file__).parent.iterdir() if entry.is_dir()), key=lambda entry: entry.name)
    wanted = (folder for folder in languages if families is None or folder.name in families)
    files = (file for folder in wanted for file in folder.iterdir() if file.name.endswith(".yaml"))
    return tuple(parse(file.read_text(encoding="utf-8"), file.name) for file in files)


_INNER = re.compile(r"[a-z][A-Z]")


def vocabulary(frameworks: Iterable[Framework], language: str) -> Vocabulary:
    """Return every call name and prefilter marker that the frameworks of a language's family know."""
    family = family_of(language)
    calls: set[str] = set()
    guarded: list[tuple[tuple[str, ...], frozenset[str]]] = []
    markers: set[str] = set()
    for framework in frameworks:
        if framework.language != family:
            continue
        if framework.store != "sql" and not framework.defines:  # models are used in files that do not name the package
            telling = _telling(framework)
            guarded.append(((*framework.packages, *telling), frozenset(_calls(framework) - framework.connections.calls)))
            calls.update(framework.connections.calls)
            markers.update(framework.packages, framework.connections.markers, telling)
            continue
        calls.update(_calls(framework))
        markers.update(framework.packages, framework.connections.markers)
    # A file may use a model that another file imported from the framework: every verb is a marker, not only the packages.
    words = sorted(f"{name}(" for name in calls if name.isidentifier())
    return Vocabulary(calls=frozenset(calls), markers=(*sorted(markers), *words), guarded=tuple(guarded))


def _telling(framework: Framework) -> list[str]:
    """Return words that tell of a store in a file that takes its client from another file, and imports nothing of it.

    Those are the store's name, and the names of methods of collections that are more than one word (`insert_one(`).
    """
    store = "elastic" if framework.store == "elasticsearch" else framework.store.removesuffix("db")
    verbs = framework.verbs.model if framework.collections is not None else {}
    named = {f"{name}(" for name in verbs if name.isidentifier() and ("_" in name or _INNER.search(name))}
    return [store, store.capitalize(), *sorted(named)]


def _calls(framework: Framework) -> set[str]:
    """Return every call name that a framework knows."""
    verbs = framework.verbs
    calls = set(framework.connections.calls)
    for table in (verbs.model, verbs.query, verbs.instance, verbs.relation, verbs.anywhere):
        calls.update(table)
    calls.update(name.rsplit(".", 1)[-1] for rule in framework.sql for name in rule.calls)
    calls.update(rule.call.rsplit(".", 1)[-1] for rule in framework.tables)
    calls.update(name for rule in framework.series for name in (*rule.calls, *rule.points, *rule.bucket_of))
    calls.update(framework.keeps)
    calls.update(name for rule in framework.defines for name in rule.calls)
    calls.update(framework.transactions.calls)
    calls.update(framework.fields, framework.creates, framework.model_calls, framework.maps, framework.texts)
    return calls
