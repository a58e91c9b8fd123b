"""Every example in a framework file yields exactly the facts that stand beside it."""

import textwrap

import pytest

from dblint import frameworks
from dblint.frameworks.schema import Example, Framework
from tests.frameworks.lines import difference, lines, run

ALL = frameworks.load()
CASES = [
    pytest.param(framework, example, id=f"{framework.name}-{number}")
    for framework in ALL
    for number, example in enumerate(framework.examples, start=1)
]


@pytest.mark.parametrize(("framework", "example"), CASES)
def test_an_example_yields_exactly_its_facts(framework: Framework, example: Example) -> None:
    files = {**example.files, example.path: textwrap.dedent(example.source)}
    got = lines(run(framework, ALL, files))
    missing, unexpected = difference(example.expect, got)
    assert not missing, f"missing {missing}\ngot: {sorted(got)}"
    assert not unexpected, f"unexpected {unexpected}\nall: {sorted(got)}"


@pytest.mark.parametrize("framework", ALL, ids=lambda item: item.name)
def test_every_framework_has_an_example_and_a_summary(framework: Framework) -> None:
    assert framework.examples
    assert framework.summary.endswith(".")
