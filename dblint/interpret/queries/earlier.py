"""What files said in earlier runs, for as long as what it rests on is the same."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from dblint.engine.installation import identity
from dblint.engine.keys import key
from dblint.engine.memory import FORGETFUL, Memory
from dblint.frameworks.schema import Framework
from dblint.interpret.mapping.fingerprints import fingerprint
from dblint.interpret.queries.record import Told
from dblint.interpret.strings.sinks import packages_of
from dblint.interpret.tree.grounds import Frame
from dblint.interpret.tree.namespaces import GLOBAL
from dblint.model.base import Fact

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.program import Program


class _Kept(Fact, frozen=True):
    """What a step gave in a file, the lines of it that were known already, and what that rests on."""

    given: tuple[int, ...]
    files: tuple[str, ...]
    questions: tuple[int, ...]
    told: Told


class _Run(Fact, frozen=True):
    """All of a run: the models it knew, the texts of other files that it asked for, each file's module and questions."""

    models: str
    texts: tuple[tuple[str, str], ...]
    modules: dict[str, tuple[str, tuple[int, ...]]]
    steps: dict[str, dict[str, _Kept]]


class Earlier:
    """What an earlier run on much the same files was told by each of them.

    It holds only among files of the same paths, namespaces and imported packages, and while classes describe the same tables:
    what follows from these is everywhere, and is not taken down.
    """

    def __init__(self, memory: Memory, frameworks: tuple[Framework, ...], files: Callable[[str], str | None]) -> None:
        self._memory, self._frameworks, self._ask = memory, frameworks, files
        self._name = ""
        self._texts: dict[str, str] = {}
        self._run: _Run | None = None
        self._models = ""
        self._modules: dict[str, tuple[str, tuple[int, ...]]] = {}
        self._kept: dict[str, dict[str, _Kept]] = {}
        self._changed: frozenset[str] = frozenset()
        self._asked: frozenset[int] = frozenset()
        self._evaluator: Evaluator | None = None

    def files(self, path: str) -> str | None:
        """Return the text of a file, and take down that it was asked for."""
        text = self._ask(path)
        self._texts[path] = _named(text)
        return text

    def compare(self, evaluator: "Evaluator") -> None:
        """Find out what has changed since the earlier run, now that all models are known."""
        if not self._memory.usable:
            return
        self._evaluator = evaluator
        program = evaluator.program
        encode = msgspec.msgpack.Encoder(order="deterministic").encode  # the order of sets differs from process to process
        self._name = key((identity().encode(), b"files", encode(self._frameworks), *_frame(program)))
        self._models = fingerprint(evaluator)
        digests = {path: key((msgspec.msgpack.encode(module),)) for path, module in program.modules.items()}
        run = self._read()
        same = (
            run is not None and run.models == self._models and all(_named(self._ask(path)) == said for path, said in run.texts)
        )
        if run is None or not same:
            self._modules = {path: (digest, _keys(program, path)) for path, digest in digests.items()}
            return
        self._run = run
        self._texts.update(run.texts)
        changed = frozenset(path for path, digest in digests.items() if run.modules[path][0] != digest)
        fresh = {path: (digests[path], _keys(program, path)) for path in changed}
        self._modules = {**run.modules, **fresh}
        self._changed = changed
        asked = (frozenset(run.modules[path][1]) ^ frozenset(keys) for path, (_, keys) in fresh.items())
        self._asked = frozenset[int]().union(*asked)

    def told(self, step: str, path: str, given: tuple[int, ...]) -> Told | None:
        """Return what a file said, None if it has to be asked again."""
        kept = self._run.steps.get(step, {}).get(path) if self._run is not None else None
        if kept is None or kept.given != given or path in self._changed:
            return None
        if not self._changed.isdisjoint(kept.files) or not self._asked.isdisjoint(kept.questions):
            return None
        self._kept.setdefault(step, {})[path] = kept
        return kept.told

    def keep(self, step: str, path: str, given: tuple[int, ...], told: Told, frame: Frame) -> None:
        """Keep what a file says now with all that it rests on."""
        if self._evaluator is not None:
            files, questions = frame.whole()
            kept = _Kept(given, tuple(sorted(files)), tuple(sorted(questions)), told)
            self._kept.setdefault(step, {})[path] = kept

    def save(self) -> None:
        """Keep all of it, unless a class became a model while files were asked: others may rest on that."""
        if self._evaluator is not None and not self._evaluator.models.adopting:
            run = _Run(self._models, tuple(sorted(self._texts.items())), self._modules, self._kept)
            self._memory.put(self._name, msgspec.msgpack.encode(run))

    def _read(self) -> _Run | None:
        data = self._memory.get(self._name)
        try:
            return msgspec.msgpack.decode(data, type=_Run) if data else None
        except msgspec.MsgspecError:
            return None


NOTHING = Earlier(FORGETFUL, (), lambda _: None)
"""Of which nothing is known, and nothing kept."""


def _frame(program: "Program") -> Iterable[bytes]:
    """Yield what everything rests on without being taken down: which files there are, their namespaces and packages."""
    for path, module in program.modules.items():
        shared = [(item.module, item.member, item.name) for item in module.imports if item.scope == GLOBAL]
        yield msgspec.msgpack.encode(
            (path, module.language, module.namespace, sorted(packages_of(program.units[path])), shared)
        )


def _keys(program: "Program", path: str) -> tuple[int, ...]:
    return tuple(sorted(program.indexes.keys(program.units[path])))


def _named(text: str | None) -> str:
    return "" if text is None else key((text.encode("utf-8", "surrogatepass"),))
