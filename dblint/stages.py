"""Runs all stages: a folder becomes facts, and these become findings."""

from pathlib import Path

import msgspec

from dblint import frameworks
from dblint.analysis import Made
from dblint.config.model import Configuration
from dblint.discover.listing import Listing, location
from dblint.discovered import discovered
from dblint.engine.installation import identity
from dblint.engine.keys import key
from dblint.engine.memory import Memory
from dblint.engine.recall import recalled
from dblint.engine.stopwatch import Stopwatch
from dblint.extract.gather import Reader, Source, gather
from dblint.judge import in_sql, load
from dblint.languages.traits import family_of
from dblint.means import Means
from dblint.model.facts import FileFacts
from dblint.model.system import System
from dblint.model.tree import Tree


def run(
    root: Path,
    configuration: Configuration,
    listing: Listing,
    base: System | None,
    means: Means,
) -> Made:
    """Return the analysis of a folder whose files are listed, in front of a base where there is one.

    What is remembered is neither read nor interpreted again.
    """
    remembered, watch = means.remembered, means.watch
    watched = watch or Stopwatch()
    with watched.stage("rules"):
        rules = load(configuration, root, examples=False)
    with watched.stage("discover"):
        tree = discovered(root, configuration, listing, remembered.trees)
    families = {family_of(file.language) for file in tree.files if file.role == "source"}
    with watched.stage("frameworks"):
        known = frameworks.with_own(
            _shipped(families, remembered.trees), (root / folder for folder in configuration.framework_folders)
        )
    with watched.stage("read"):
        facts = _extracted(root, tree, known, means)
    from dblint.concluded import Read, concluded  # noqa: PLC0415 - loaded while workers read, if any does

    return concluded(Read(root, configuration, listing, rules, tree, known, facts), base, means)


def _shipped(families: set[str], remembered: Memory) -> tuple[frameworks.Framework, ...]:
    """Return the frameworks of these families that ship with dblint, whose files take long to read."""
    name = key((identity().encode(), b"frameworks", *(family.encode() for family in sorted(families))))
    return recalled(
        remembered,
        name,
        tuple[frameworks.Framework, ...],
        lambda _path, _question: None,
        lambda _: frameworks.shipped(families),
    )


def _extracted(
    root: Path,
    tree: Tree,
    known: tuple[frameworks.Framework, ...],
    means: Means,
) -> tuple[FileFacts, ...]:
    wanted = [
        Source(file.path, file.language, location(root, file.path), file.size) for file in tree.files if file.role == "source"
    ]
    vocabularies = {
        language: frameworks.vocabulary(known, language) for language in sorted({source.language for source in wanted})
    }
    words = msgspec.msgpack.encode(
        {
            language: (sorted(each.calls), each.markers, [(guards, sorted(calls)) for guards, calls in each.guarded])
            for language, each in vocabularies.items()
        }
    )
    reader = Reader(vocabularies, in_sql, key((identity().encode(), words)))
    means.tell("read", 0, len(wanted))
    return gather(
        wanted,
        reader,
        means.settings,
        means.remembered.facts,
        lambda done: means.tell("read", done, len(wanted)),
        means.watch,
        _load_interpreter,
        means.beside,
    )


def _load_interpreter() -> None:
    """Import what takes long to load and is needed once files have changed."""
    from importlib import import_module  # noqa: PLC0415 - only where files have changed

    import_module("dblint.interpret")
    import_module("dblint.concluded")
