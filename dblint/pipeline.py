"""Joins the stages: a folder becomes findings, or the findings of an unchanged folder are remembered."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from dblint.analysis import Analysis, Made
from dblint.beside import Beside
from dblint.config.model import Configuration
from dblint.discover.listing import Listing, listed
from dblint.engine.cache import Cache
from dblint.engine.garbage import without_collection
from dblint.engine.installation import identity
from dblint.engine.keys import key
from dblint.engine.memory import Memories, Memory
from dblint.engine.settings import Settings
from dblint.engine.state import SETTLED
from dblint.engine.stopwatch import Stopwatch
from dblint.judge.rules import load
from dblint.means import Means, Progress
from dblint.model.base import Fact
from dblint.model.findings import Finding
from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.sql import read_script

__all__ = ["Analysis", "Progress", "Warn", "analyse"]

Warn = Callable[[str], None]
USUAL = Settings()
_PASSING = frozenset({"parser-crash", "timeout", "memory", "internal-error", "unreadable", "vanished"})


class Checkout(NamedTuple):
    """A tree as git has it, in a folder that at first need hold no more of it than configurations and what they name.

    `place` is what answers about it are kept under, and `content` differs whenever anything in the tree does. Once `listing` is
    asked for, the folder holds all of it.
    """

    root: Path
    place: str
    content: str
    listing: Callable[[], Listing]


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
    checkout: Checkout | None = None,
    watch: Stopwatch | None = None,
) -> Analysis:
    """Return the analysis of a folder; no setting changes what it says.

    `base` is the system as it was: schema changes that it does not have are pending. Without it nothing is.

    `warn` is told why answers cannot be kept. `checkout` says what `root` holds, if that is a tree of git's. `watch` collects
    the seconds.

    Raises:
        DiscoveryError: if the folder cannot be scanned.
        ConfigurationError: with every mistake in a rule, or in what the configuration says about rules.
        FrameworkError: if a framework file of the project is not one.
    """
    with without_collection():
        watched = watch or Stopwatch()
        looked = time.time_ns()

        def files() -> Listing:
            with watched.stage("list files"):
                return checkout.listing() if checkout else listed(root)

        listing = None if checkout else files()
        place = checkout.place if checkout else str(root.absolute())
        cache = Cache(settings.cache, warn or (lambda _: None))
        pack = key((place.encode("utf-8", "surrogateescape"),))
        kept = _Answers(cache, f"{pack}-{'git' if checkout else 'tree'}", of_commit=base is None)
        name = ""
        if cache.usable and (settings.trust_times or checkout):
            content = checkout.content if checkout else listing.signature if listing else ""
            name = key(_inputs(root, content, configuration))
            with watched.stage("remember"):
                known = kept.get(name) if base is None else None
            if known:
                rules = load(configuration, root, examples=False)
                return Analysis(known.tree, known.system, known.findings, rules, configuration)
        listing = listing or files()
        memories = Memories(*(Memory(cache, f"{pack}-{kind}") for kind in Memories._fields))
        made = _made(root, configuration, listing, settings, memories, progress, base, watch)
        settled = checkout is not None or listing.newest < looked - SETTLED
        if name and settled and not _by_chance(made.analysis):
            alone = made.alone()
            with watched.stage("remember"):
                kept.put(name, _Kept(alone.tree, alone.system, alone.findings))
        return made.analysis


def _by_chance(analysis: Analysis) -> bool:
    """Whether a file was not read for a reason that may be gone with the next run."""
    problems = (*analysis.tree.problems, *analysis.system.problems)
    return any(problem.reason in _PASSING for problem in problems)


class _Answers:
    """Analyses of whole trees without a base: that of the last commit that was asked for, and that of what may be the next one.

    Neither makes room for the other: the commit is still the base while what is staged changes, and a hook after the commit
    finds what was staged before it.
    """

    def __init__(self, cache: Cache, pack: str, *, of_commit: bool) -> None:
        self._cache, self._pack, self._of_commit = cache, pack, of_commit

    def get(self, name: str) -> _Kept | None:
        """What is kept under a name; once it is asked for as a commit, it stays until another is."""
        data = self._memory("analysis").get(name)
        if data is None and (data := self._memory("next").get(name)) is not None:
            self._keep("analysis", name, data)
        try:
            return msgspec.msgpack.decode(data, type=_Kept) if data else None
        except msgspec.MsgspecError:
            return None

    def put(self, name: str, kept: _Kept) -> None:
        """Keep an analysis in the place of the last of its kind."""
        self._keep("analysis" if self._of_commit else "next", name, msgspec.msgpack.encode(kept))

    def _memory(self, kind: str) -> Memory:
        return Memory(self._cache, f"{self._pack}-{kind}")

    def _keep(self, kind: str, name: str, data: bytes) -> None:
        self._cache.write(f"{self._pack}-{kind}", {name: data})


def _made(
    root: Path,
    configuration: Configuration,
    listing: Listing,
    settings: Settings,
    remembered: Memories,
    progress: Progress | None,
    base: System | None,
    watch: Stopwatch | None,
) -> Made:
    watched = watch or Stopwatch()
    tell = progress or (lambda _stage, _done, _all: None)
    # A tree that is new keeps all processes busy; an edit does not.
    with closing(Beside(settings)) if remembered.facts.known and settings.workers > 1 else nullcontext() as beside:
        with watched.stage("load dblint"):
            from dblint.stages import run  # noqa: PLC0415 - most of the program, of which a remembered answer needs nothing

        scripts = beside.script if beside else read_script
        made = run(root, configuration, listing, base, Means(settings, remembered, scripts, tell, watch, beside))
    with watched.stage("remember"):
        for memory in remembered:
            memory.save()
    return made


def _inputs(root: Path, content: str, configuration: Configuration) -> Iterator[bytes]:
    """Yield all that an analysis without a base depends on. Whatever a stage comes to read besides must stand here."""
    yield identity().encode()
    encode = msgspec.msgpack.Encoder(order="deterministic").encode  # the order of sets differs from process to process
    yield encode(configuration)
    yield content.encode()
    yield datetime.now(tz=UTC).date().isoformat().encode()  # allowances and suppressions end
    for folder in (*configuration.rule_folders, *configuration.framework_folders):
        for file in sorted((root / folder).glob("*.y*ml")):
            yield file.name.encode("utf-8", "surrogateescape")
            yield file.read_bytes() if file.is_file() else b""
