"""What the facts of all files say together: interpreted, resolved and judged, they become findings."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from dblint import queryfiles
from dblint.analysis import Analysis, Made
from dblint.config.model import Configuration
from dblint.connections.synchronising import synchronising
from dblint.deployed import deployed
from dblint.discover.listing import Listing, location
from dblint.engine.stopwatch import Stopwatch
from dblint.extract.reading import read_bytes
from dblint.frameworks.schema import Framework
from dblint.graph.coupling import Coupling
from dblint.interpreted import interpreted
from dblint.judge import Rule, judge, parse
from dblint.languages.traits import MANIFESTS
from dblint.means import Means
from dblint.model.facts import FileFacts, Interpretation
from dblint.model.findings import Suppression
from dblint.model.syntax import Comment, Module
from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.resolve.assembly import resolve
from dblint.resolve.deprecations import deprecations


class Read(NamedTuple):
    """What was read of a folder: its files in `listing`, services in `tree`, and the `facts` of each file."""

    root: Path
    configuration: Configuration
    listing: Listing
    rules: tuple[Rule, ...]
    tree: Tree
    frameworks: tuple[Framework, ...]
    facts: tuple[FileFacts, ...]


def concluded(read: Read, base: System | None, means: Means) -> Made:
    """Return the analysis of what was read, in front of a base where there is one.

    What is remembered is not interpreted again.
    """
    root, configuration, listing, rules, tree, known, facts = read
    remembered, tell, watch = means.remembered, means.tell, means.watch
    watched = watch or Stopwatch()
    tell("resolve", 0, 1)
    scripts = {item.path for item in facts if item.language == "sql"}
    manifests = {path for path in listing.sizes if path.rpartition("/")[2] in MANIFESTS} | set(tree.configuration_files)
    modules = [item.module for item in facts if item.module is not None and not _is_history(item)]

    def text_of(path: str) -> str | None:
        return _text(root, path) if path in scripts or path in manifests else None

    with watched.stage("interpret"):
        interpretation = _with_loaded_files(
            interpreted(modules, known, text_of, means.scripts, remembered.interpretations, watch), modules, tree
        )
    with watched.stage("query files"):
        facts = queryfiles.settled(facts, tree.dbt_files, lambda path: _text(root, path), interpretation.declarations)

    def setting_text(path: str) -> str | None:
        return listing.text(path) if path in listing.sizes else None

    with watched.stage("connections"):
        found = deployed(tree, setting_text, remembered.trees)
    with watched.stage("resolve"):
        resolved = resolve(
            tree,
            interpretation,
            tuple(change for item in facts for change in item.changes),
            tuple(item for item in facts if item.language == "sql"),
            configuration,
            problems=(*(problem for item in facts for problem in item.problems), *interpretation.problems, *found.problems),
            settings=found,
        )
        system = resolved.system
        if base is not None:
            system = resolved.against(base, tuple(synchronising(tree, found.settings, setting_text)))
        marks = deprecations((item.path, comment) for item in facts for comment in item.comments)
    suppressions = _suppressions(facts, interpretation)

    def judged(known: System) -> Analysis:
        with watched.stage("judge"):
            marked = msgspec.structs.replace(known, deprecated=marks)
            findings = judge(marked, Coupling(marked), rules, configuration, suppressions, datetime.now(tz=UTC).date())
            return Analysis(tree, marked, findings, rules, configuration)

    analysis = judged(system)
    tell("resolve", 1, 1)
    return Made(analysis, lambda: analysis if system is resolved.system else judged(resolved.system))


def _is_history(facts: FileFacts) -> bool:
    """Return whether a module is a migration: what it does to data and schema is history, not the service at work."""
    return bool(facts.migration)


def _with_loaded_files(interpretation: Interpretation, modules: Iterable[Module], tree: Tree) -> Interpretation:
    """Return the interpretation with imports of the shared SQL files that code loads."""
    services = {service.name for service in tree.services if service.kind == "service"}
    shared = [file.path for file in tree.files if file.language == "sql" and file.service not in services]
    loaded = queryfiles.loads(modules, shared)
    return msgspec.structs.replace(interpretation, imports=(*interpretation.imports, *loaded)) if loaded else interpretation


def _text(root: Path, path: str) -> str | None:
    data, reason = read_bytes(location(root, path), "sql")
    return None if reason else data.decode("utf-8", "replace")


def _suppressions(facts: Iterable[FileFacts], interpretation: Interpretation) -> tuple[Suppression, ...]:
    """Return the suppressions of all comments: of source files, of SQL files, and inside SQL text that code holds."""
    ranges: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for statement in interpretation.statements:
        lines = [access.place.line for access in statement.accesses] or [statement.place.line]
        ranges[statement.place.path].append((min(statement.place.line, *lines), max(statement.place.line, *lines)))
    comments: list[tuple[str, Comment]] = []
    for item in facts:
        comments += [(item.path, comment) for comment in item.comments]
        for script in item.script:
            ranges[item.path].append((item.place(script.offset).line, item.place(script.end).line))
    return parse((path, comment, ranges[path]) for path, comment in comments)
