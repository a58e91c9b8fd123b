"""Everything stands on its own line: `§` in the sample becomes a name that holds its line number."""

import re
from collections.abc import Iterator

import msgspec
import pytest

from dblint.model.syntax import Call, Member, Module, Name, Text
from tests.languages.reading import module

SAMPLE = '''\
import os

@§(
    §,
    key=§)
class A(
    §.§,
    metaclass=§,
):
    """A docstring

    of some lines."""
    a: §[
        §] = mapped_column(
            §, ["§", {"§": §}],
            "§"  # comment (
            f"§{§} {
                §
            } §",
        )
    b = """§
      §
      § \\
      § \\n
      §
    """

    async def f(self, a: §,
                b=§, *,
                c: "§" = §) -> §:
        r\'\'\'§
        \'\'\'
        x = execute(
            §)
        self.y = (
            § or
            §
            and not §)
        if (z := execute(§)) and \\
                §.filter(§):
            execute(z, x, [§
                for § in
                § if §])
        elif execute(lambda a, b: (
                §)):
            pass
        async with §.select(
            §
        ) as q:
            pass
        for r, s in [
            (§, execute(§)),
            ("§", §),
        ]:
            execute(q, r, s, §[
                §], *§,
                **§)
        (session
            .query(§)
            .§(§)
            # comment
            .filter(
                § == §,
                - §
            ).§(
                await §)
        )
        return (§,
            § if execute(
                §) else §)

def g():
    yield execute(rf"""§
        {§}
      §{§:>{1}} \\
      §""", §, r"\\
        §")
    t\
        = """\
§
\
§""" + u'§'\
 + '\\
§'
    execute(t, §)
'''


def _places(value: object) -> Iterator[tuple[int, int]]:
    """(line that stands in the name, line that the fact has) of everything inside a fact."""
    match value:
        case Name(name, line) | Member(_, name, line):
            yield from ((int(found), line) for found in re.findall(r"\bL(\d+)", name))
        case Text(text, line, breaks):
            for found in re.finditer(r"L(\d+)", text):
                yield int(found.group(1)), line + sum(each <= found.start() for each in breaks)
        case Call(Name() | Member() as function, _, _, line):
            assert line == function.line
    parts = value if isinstance(value, tuple) else msgspec.structs.astuple(value) if isinstance(value, msgspec.Struct) else ()
    for each in parts:
        yield from _places(each)


def _numbered(source: str) -> str:
    return "\n".join(line.replace("§", f"L{number}") for number, line in enumerate(source.split("\n"), 1))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("shift", [0, 1, 500])
def test_every_construct_stands_on_its_line(end: str, shift: int) -> None:
    source = _numbered("\n" * shift + SAMPLE)
    found: Module = module(source.replace("\n", end))
    assert found.broken == ()
    places = list(_places(found))
    assert [place for place in places if place[0] != place[1]] == []
    # All but the docstring's.
    expected = {int(number) for number in re.findall(r"L(\d+)", source)} - {
        shift + 1 + SAMPLE[: SAMPLE.index("r'''§")].count("\n")
    }
    assert {line for line, _ in places} == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_definitions_and_bindings_stand_on_their_lines(end: str) -> None:
    found = module(SAMPLE.replace("§", "n").replace("\n", end))
    lines = SAMPLE.split("\n")
    assert [(each.name, lines[each.line - 1].strip()) for each in found.classes] == [("A", "class A(")]
    assert [lines[each.line - 1].strip()[:11] for each in found.functions] == ["async def f", "def g():"]
    for each in found.bindings:
        assert re.search(rf"\b{re.escape(each.target.partition(',')[0])}\b", lines[each.line - 1]), each
