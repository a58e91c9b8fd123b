"""What the source of a tree says, interpreted once for each family of languages and remembered for as long as it says the same.

Interpreting takes most of a run's time, and most commits change what only one family says, or what none does.
"""

from collections.abc import Callable, Sequence

import msgspec

from dblint.engine.installation import identity
from dblint.engine.keys import key
from dblint.engine.memory import Answers, Memory
from dblint.engine.recall import Answering, recalled
from dblint.engine.stopwatch import Stopwatch
from dblint.frameworks.schema import Framework
from dblint.languages.families import by_family, together
from dblint.model.facts import Interpretation
from dblint.model.sql import Dialect, Statement
from dblint.model.syntax import Module
from dblint.sql import ReadScript


def interpreted(
    modules: Sequence[Module],
    frameworks: tuple[Framework, ...],
    files: Callable[[str], str | None],
    scripts: ReadScript,
    remembered: Memory,
    watch: Stopwatch | None = None,
) -> Interpretation:
    """Return what all modules say together.

    `files` gives the text of a file that code reads by its path, `scripts` the statements of an SQL text.
    """
    found = []
    for family, members in by_family(modules):
        known = tuple(each for each in frameworks if each.language == family)
        found.append(_of_family(family, members, known, files, scripts, remembered, watch))
    return together(found)


def _of_family(
    family: str,
    modules: Sequence[Module],
    frameworks: tuple[Framework, ...],
    files: Callable[[str], str | None],
    scripts: ReadScript,
    remembered: Memory,
    watch: Stopwatch | None,
) -> Interpretation:
    readings = _Readings(scripts, remembered, family)  # asked for each time, or the memory would drop them

    def made(ask: Answering) -> Interpretation:
        from dblint.interpret import interpret  # noqa: PLC0415 - much code, and often there is nothing to interpret

        found = interpret(modules, frameworks, lambda path: ask(path, ""), readings.of, watch, remembered)
        readings.save()
        return found

    name = _name(modules, frameworks) if remembered.usable else ""
    return recalled(remembered, name, Interpretation, lambda path, _: files(path), made)


class _Readings:
    """Readings of the SQL in the source of a family of languages: most of it is the same from commit to commit."""

    def __init__(self, scripts: ReadScript, remembered: Memory, family: str) -> None:
        self._scripts = scripts
        self._answers = Answers(remembered, key((identity().encode(), b"scripts", family.encode())), tuple[Statement, ...])
        self.save = self._answers.save

    def of(self, text: str, dialect: Dialect) -> tuple[Statement, ...]:
        """The statements of a text."""
        question = key((dialect.encode(), text.encode("utf-8", "surrogatepass")))
        return self._answers.get(question, lambda: self._scripts(text, dialect))


def _name(modules: Sequence[Module], frameworks: tuple[Framework, ...]) -> str:
    """Return what an interpretation is remembered under: all that it depends on but the files that it asks for."""
    # Sets are sorted: their order differs from process to process.
    encode = msgspec.msgpack.Encoder(order="deterministic").encode
    return key((identity().encode(), encode(frameworks), *map(encode, modules)))
