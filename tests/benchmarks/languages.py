"""What a language costs beside Python: `python -m tests.benchmarks.languages [--whole] [--rounds N] TREE…`.

Reading: of the source files of all trees that dblint would read, a sample per language is read in several rounds, the
languages in turn. A file costs the least processor time of its rounds, so that what else the machine does hardly counts. `all`
are the files as they come, `parsed` those of them that need more than a glance; seconds are per MB of source, and `x` is the
ratio to Python. With `--whole`, a complete cold run on every tree with one worker is measured instead, per MB of all the source
that it reads; the ratio is that to the first tree that is mostly Python, and the columns after it are the parts of a run.
"""
# ruff: noqa: T201 - a script that prints

import argparse
import gc
import json
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

from dblint import frameworks, languages
from dblint.config.model import Configuration
from dblint.discover.listing import listed
from dblint.discover.tree import discover
from dblint.extract.gather import FRAMES
from dblint.languages.traits import TRAITS, family_of
from dblint.model.tree import SourceFile
from tests.benchmarks.run import ROOT, environment

YARDSTICK = "python"
MB = 1_000_000
LOADING = "loading"
# What `--whole` tells of: parts of a run by their stages; every other stage loads something.
PARTS = {
    LOADING: (),
    "finding": ("list files", "discover"),
    "reading": ("read",),
    "interpr.": ("interpret", "query files"),
    "settings": ("connections",),
    "resolving": ("resolve",),
    "judging": ("judge",),
}


class Text(NamedTuple):
    """A source file in memory; `parsed` unless a glance is enough."""

    path: str
    language: str
    text: str
    parsed: bool

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.text.encode("utf-8", "replace"))


class Sample(NamedTuple):
    """Some files of one language, and the words that matter in it."""

    texts: tuple[Text, ...]
    vocabulary: languages.Vocabulary

    def seconds(self) -> list[float]:
        """The processor time of reading each file."""
        gc.collect()
        gc.disable()  # as in a worker
        spent = []
        for each in self.texts:
            began = time.process_time()
            languages.read(each.path, each.language, each.text, self.vocabulary)
            spent.append(time.process_time() - began)
        gc.enable()
        return spent


def read_by_dblint(tree: Path) -> tuple[SourceFile, ...]:
    """The files that dblint reads of a tree."""
    found = discover(tree, Configuration(), listed(tree)).files
    return tuple(file for file in found if file.role == "source")


def samples(trees: Iterable[Path], size: int) -> dict[str, Sample]:
    """A sample of every language in the trees that has a grammar; the same for the same trees."""
    places: defaultdict[str, list[Path]] = defaultdict(list)
    for tree in trees:
        for file in read_by_dblint(tree):
            if file.language in TRAITS and hasattr(_adapter(file.language), "skim"):
                places[file.language].append(tree / file.path)
    found: dict[str, Sample] = {}
    for language, files in sorted(places.items()):
        known = frameworks.shipped({family_of(language)})
        vocabulary = frameworks.vocabulary(known, language)
        chosen = _chosen(files, language, vocabulary, size)
        if chosen:
            found[language] = Sample(chosen, vocabulary)
    return found


def _chosen(files: list[Path], language: str, vocabulary: languages.Vocabulary, size: int) -> tuple[Text, ...]:
    random.Random(0).shuffle(files)  # noqa: S311 - no secret
    found: list[Text] = []
    for path in files:
        text, reason = languages.decode(path.read_bytes(), language)
        module = languages.read(str(path), language, text, vocabulary) if not reason else None
        if module is None or module.problem:
            continue
        skimmed = _adapter(language).skim(str(path), text, vocabulary) is not None
        found.append(Text(str(path), language, text, not skimmed))
        size -= found[-1].size
        if size <= 0:
            break
    return tuple(found)


def _adapter(language: str) -> Any:
    return import_module(f"dblint.languages.{language}.adapter")


def reading(trees: Sequence[Path], rounds: int, size: int) -> None:
    """Print what reading costs per language."""
    known = samples(trees, size)
    costs: dict[str, list[float]] = {}
    for _ in range(rounds):
        for language, sample in known.items():
            before = costs.get(language, repeat(float("inf")))
            costs[language] = [min(pair) for pair in zip(sample.seconds(), before, strict=False)]
    print(f"{'':12} {'files':>6} {'MB':>6} {'parsed':>7} {'all s':>7} {'x':>5} {'parsed s':>9} {'x':>5}")
    yardsticks = [_per_mb(known, costs, YARDSTICK, parsed=parsed) for parsed in (False, True)]
    for language, sample in known.items():
        total = sum(each.size for each in sample.texts)
        share = sum(each.size for each in sample.texts if each.parsed) / total
        everything, parsed = (_per_mb(known, costs, language, parsed=parsed) for parsed in (False, True))
        cells = f"{everything:7.2f} {everything / yardsticks[0]:5.2f} {parsed:9.2f} {parsed / yardsticks[1]:5.2f}"
        print(f"{language:12} {len(sample.texts):6} {total / MB:6.2f} {share:7.0%} {cells}", flush=True)


def _per_mb(known: Mapping[str, Sample], costs: Mapping[str, Sequence[float]], language: str, *, parsed: bool) -> float:
    """The seconds per MB of a language's files, or only of those that are parsed; not a number where there are none."""
    texts = known[language].texts if language in known else ()
    taken = [place for place, each in enumerate(texts) if each.parsed or not parsed]
    size = sum(texts[place].size for place in taken)
    return sum(costs[language][place] for place in taken) * MB / size if size else float("nan")


def whole(trees: Sequence[Path], rounds: int) -> None:
    """Print what a complete run costs on trees of one language each, and what its parts take of that."""
    print(
        f"{'':24} {'mostly':10} {'share':>6} {'MB':>6} {'cpu s':>6} {'s / MB':>6} {'x':>5}", *(f"{part:>9}" for part in PARTS)
    )
    sizes = {tree: _sizes(tree) for tree in trees}
    costs: dict[Path, dict[str, float]] = {}
    for _ in range(rounds):
        for tree in trees:
            costs[tree] = min(_parts(tree), costs.get(tree, {"": float("inf")}), key=lambda parts: sum(parts.values()))
    mostly = {tree: sizes[tree].most_common(1)[0] for tree in trees}
    per_mb = {tree: sum(costs[tree].values()) * MB / sizes[tree].total() for tree in trees}
    yardstick = next((per_mb[tree] for tree in trees if mostly[tree][0] == YARDSTICK), float("nan"))
    for tree in trees:
        language, size = mostly[tree]
        total, spent = sizes[tree].total(), sum(costs[tree].values())
        cells = f"{total / MB:6.2f} {spent:6.2f} {per_mb[tree]:6.2f} {per_mb[tree] / yardstick:5.2f}"
        parts = (f"{costs[tree][part]:9.2f}" for part in PARTS)
        print(f"{tree.name[:24]:24} {language:10} {size / total:6.0%} {cells}", *parts, flush=True)


def _parts(tree: Path) -> dict[str, float]:
    """The processor time of each part of a cold run."""
    command = (sys.executable, "-m", "tests.benchmarks.stages", str(tree))
    said = subprocess.run(command, env=environment(""), check=True, capture_output=True, cwd=ROOT)
    found = dict.fromkeys(PARTS, 0.0)
    for stage, seconds in json.loads(said.stdout).items():
        found[next((part for part, stages in PARTS.items() if stage in stages), LOADING)] += seconds
    return found


def _sizes(tree: Path) -> Counter[str]:
    """The bytes of every language that dblint reads of a tree."""
    found: Counter[str] = Counter()
    for file in read_by_dblint(tree):
        found[file.language] += file.size
    return found


def main() -> None:
    """Measure everything that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="+", type=Path, metavar="TREE")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=MB, help="bytes of source that are sampled per language")
    parser.add_argument("--whole", action="store_true", help="measure complete runs and not only reading")
    given = parser.parse_args()
    sys.setrecursionlimit(FRAMES)
    trees = [tree.resolve() for tree in given.trees]
    if given.whole:
        whole(trees, given.rounds)
    else:
        reading(trees, given.rounds, given.size)


if __name__ == "__main__":
    main()
