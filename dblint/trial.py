"""Runs the examples of rules: a bad one must give the findings that it says, a good one none."""

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from msgspec.structs import replace

from dblint import gate
from dblint.config import Configuration, load
from dblint.judge.rules import Example, Rule
from dblint.model.base import Fact
from dblint.model.findings import Finding
from dblint.pipeline import analyse

Place = tuple[str, str, str, int]
_FOLDER = "rules-on-trial"


class Trial(Fact, frozen=True):
    """What became of one example: expected findings that did not come, and those that nobody expected."""

    rule: Rule
    kind: str
    number: int
    missing: tuple[Place, ...]
    unexpected: tuple[Place, ...]
    mistake: str = ""

    @property
    def passed(self) -> bool:
        """Whether the rule found what its example says."""
        return not (self.missing or self.unexpected or self.mistake)


def trials(rule: Rule, text: str = "") -> Iterator[Trial]:
    """Every example of a rule, tried; `text` is the file of a rule that does not come with dblint."""
    for kind, examples in (("bad", rule.bad), ("good", rule.good)):
        if not examples:
            yield Trial(rule, kind, 0, (), (), f"the rule has no {kind} example")
        for number, example in enumerate(examples, start=1):
            with tempfile.TemporaryDirectory(prefix="dblint-") as folder:
                there = sorted(
                    (one.service, one.table.name, one.place.path, one.place.line)
                    for one in found(rule, example, Path(folder), text)
                    if not one.suppressed
                )
            wanted = sorted((one.service, one.table, one.path, one.line) for one in example.expect)
            mistake = "a bad example expects nothing" if kind == "bad" and not wanted else ""
            mistake = "a good example expects findings" if kind == "good" and wanted else mistake
            yield Trial(rule, kind, number, _less(wanted, there), _less(there, wanted), mistake)


def found(rule: Rule, example: Example, root: Path, text: str = "") -> list[Finding]:
    """What a rule finds in the tree of an example, which is written into the folder `root`.

    Raises:
        ConfigurationError: if the configuration of the example has mistakes.
    """

    def written(folder: Path, paths: Collection[str]) -> tuple[Path, Configuration]:
        """The folder with these files of the example, and its configuration."""
        texts = {path: example.files[path] for path in paths} | ({"dblint.yaml": example.config} if example.config else {})
        for path, content in (texts | ({f"{_FOLDER}/rule.yaml": text} if text else {})).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, "utf-8")
        configuration = load(folder / "dblint.yaml" if example.config else None, folder)
        own = {"rule_folders": (_FOLDER,), "exclude": (*configuration.exclude, f"/{_FOLDER}/")} if text else {}
        return folder, replace(configuration, **own)

    base = analyse(*written(root / "base", example.base)).system if example.base else None
    tree, configuration = written(root / "tree", example.files)
    judged = gate.judged(tree, analyse(tree, configuration, base=base))
    return [finding for finding in judged.analysis.findings if finding.rule == rule.name]


def _less(these: list[Place], those: list[Place]) -> tuple[Place, ...]:
    left = list(those)
    return tuple(one for one in these if one not in left or left.remove(one))  # type: ignore[func-returns-value]  # None: taken
