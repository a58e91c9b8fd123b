"""What a run gives."""

from collections.abc import Callable
from typing import NamedTuple

from dblint.config.model import Configuration
from dblint.judge.rules import Rule
from dblint.model.base import Fact
from dblint.model.findings import Finding
from dblint.model.system import System
from dblint.model.tree import Tree


class Analysis(Fact, frozen=True):
    """Everything one run established."""

    tree: Tree
    system: System
    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    configuration: Configuration


class Made(NamedTuple):
    """An analysis, and what gives the same without a base, which is the base of what comes next."""

    analysis: Analysis
    alone: Callable[[], Analysis]
