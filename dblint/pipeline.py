"""Joins the stages: a folder becomes findings, or the findings of an unchanged folder are remembered."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from dblint.analysis import Analysis
from dblint.config.model import Configuration
from dblint.discover import listed
from dblint.discover.listing import Listing
from dblint.engine.cache import Cache
from dblint.engine.garbage import without_collection
from dblint.engine.installation import identity
from dblint.engine.keys import key
from dblint.engine.memory import Memory
from dblint.engine.settings import Settings
from dblint.engine.state import SETTLED
from dblint.engine.stopwatch import Stopwatch
from dblint.judge.rules import load
from dblint.model.base import Fact
from dblint.model.findings import Finding
from dblint.model.system import System
from dblint.model.tree import Tree

__all__ = ["Analysis", "Progress", "Warn", "analyse"]

Progress = Callable[[str, int, int], None]
Warn = Callable[[str], None]
USUAL = Settings()
_PASSING = frozenset({"parser-crash", "timeout", "memory", "internal-error", "unreadable", "vanished"})


class Copy(Fact, frozen=True):
    """A tree that is a copy of something with a lasting name: answers are kept under its `place`.

    `content` differs whenever anything in the copy does.
    """

    place: str
    content: str


class _Kept(Fact, frozen=True):
    """What is remembered of an analysis; the rest was given."""

    tree: Tree
    system: System
    findings: tuple[Finding, ...]


def analyse(
    root: Path,
    configuration: Configuration,
    *,
    progress: Progress | None = None,
    settings: Settings = USUAL,
    base: System | None = None,
    warn: Warn | None = None,
    copy: Copy | None = None,
    watch: Stopwatch | None = None,
) -> Analysis:
    """Return the analysis of a folder; no setting changes what it says.

    `base` is the system as it was: schema changes that it does not have are pending. Without it nothing is.

    `warn` is told why answers cannot be kept. `copy` says what `root` is a copy of, if it is. `watch` collects the seconds.

    Raises:
        DiscoveryError: if the folder cannot be scanned.
        ConfigurationError: with every mistake in a rule, or in what the configuration says about rules.
        FrameworkError: if a framework file of the project is not one.
    """
    with without_collection():
        watched = watch or Stopwatch()
        looked = time.time_ns()
        with watched.stage("list files"):
            listing = listed(root)
        cache = Cache(settings.cache, warn or (lambda _: None))
        place = key(((copy.place if copy else str(root.absolute())).encode("utf-8", "surrogateescape"),))
        answers = Memory(cache, f"{place}-analysis")
        name = ""
        if answers.usable and (settings.trust_times or copy):
            same = copy or Copy(str(root), listing.signature)
            name = key(_inputs(root, same, configuration, base))
            with watched.stage("remember"):
                kept = _remembered(answers.get(name))
            if kept:
                return Analysis(kept.tree, kept.system, kept.findings, load(configuration, root), configuration)
        analysis = _made(root, configuration, listing, settings, Memory(cache, f"{place}-facts"), progress, base, watch)
        if name and (copy or listing.newest < looked - SETTLED) and not _by_chance(analysis):
            with watched.stage("remember"):
                answers.put(name, msgspec.msgpack.encode(_Kept(analysis.tree, analysis.system, analysis.findings)))
                answers.save()
        return analysis


def _by_chance(analysis: Analysis) -> bool:
    """Whether a file was not read for a reason that may be gone with the next run."""
    problems = (*analysis.tree.problems, *analysis.system.problems)
    return any(problem.reason in _PASSING for problem in problems)


def _remembered(data: bytes | None) -> _Kept | None:
    try:
        return msgspec.msgpack.decode(data, type=_Kept) if data else None
    except msgspec.MsgspecError:
        return None


def _made(
    root: Path,
    configuration: Configuration,
    listing: Listing,
    settings: Settings,
    remembered: Memory,
    progress: Progress | None,
    base: System | None,
    watch: Stopwatch | None,
) -> Analysis:
    watched = watch or Stopwatch()
    with watched.stage("load dblint"):
        from dblint.stages import run  # noqa: PLC0415 - most of the program, of which a remembered answer needs nothing

    tell = progress or (lambda _stage, _done, _all: None)
    analysis = run(root, configuration, listing, settings, remembered, tell, base, watch)
    with watched.stage("remember"):
        remembered.save()
    return analysis


def _inputs(root: Path, same: Copy, configuration: Configuration, base: System | None) -> Iterator[bytes]:
    """Yield all that an analysis depends on. Whatever a stage comes to read besides must stand here."""
    yield identity().encode()
    yield same.place.encode("utf-8", "surrogateescape")
    yield msgspec.msgpack.encode(configuration)
    yield same.content.encode()
    yield datetime.now(tz=UTC).date().isoformat().encode()  # allowances and suppressions end
    yield msgspec.msgpack.encode(base)
    for folder in (*configuration.rule_folders, *configuration.framework_folders):
        for file in sorted((root / folder).glob("*.y*ml")):
            yield file.name.encode("utf-8", "surrogateescape")
            yield file.read_bytes() if file.is_file() else b""
