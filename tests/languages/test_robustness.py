"""Bad input: nothing raises, and nothing is lost in silence."""

import random
import time

import pytest

from dblint.languages import Vocabulary, decode, read, supported
from dblint.languages.traits import TRAITS
from dblint.model.syntax import Module
from tests.languages.reading import VOCABULARY, module

SAMPLE = '''\
import os
from .models import User as U, Order
TABLE: str = "orders"

@dataclass(frozen=True)
class Repo(Base, table=True):
    """doc"""
    id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), primary_key=True)

    async def load(self, conn: "Connection", n=5, *args, **kw) -> list[int]:
        sql = f"""
            SELECT * FROM {TABLE!r:>{n}} -- é
            WHERE a = %s
        """ 'and b'
        a, (b, *c) = x, y
        self.q = {**a, "k": [v for v in b if v]}
        async with conn.cursor() as cur, other():
            rows = (await cur.execute(sql % (1, 2)))\\
                .filter(a or b, c=not d)
        if (k := conn.execute("select 1")): raise X from e
        match k:
            case {"a": 1} if cur.execute(q): pass
        d["k"] += lambda x, *y: x[1:2]
        return [u.id for u in session.query(U).join(Order)]  # dblint: ignore
'''


def test_every_supported_language_has_its_traits() -> None:
    assert "python" in supported()
    assert supported() <= TRAITS.keys()


def test_an_unknown_language_is_a_problem_and_no_error() -> None:
    assert read("a.cob", "cobol", "MOVE A TO B.", VOCABULARY).problem == "unsupported-language"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("x = 1\n" * 200_000, "too-large"),
        ("x = [" + "1," * 4000 + "]\n", "minified"),
        ("x = " + "(" * 201 + "1" + ")" * 201, "too-deep"),
        ("{(" * 60_000, "minified"),
        ("{(\n" * 60_000, "too-deep"),
        ("if a: pass\n" + "elif b: pass\n" * 3000, ""),
        ("\n".join("    " * depth + "if a:" for depth in range(120)), ""),
        ("x = [" + "'((((((((((',\n" * 300 + "]", ""),
        ("x = 1  # :(\n" * 300, ""),
        ("x = [\n" + "1,\n" * 50_000 + "]", ""),
    ],
)
def test_a_file_beyond_a_limit_is_a_problem(source: str, problem: str) -> None:
    found = module(source)
    assert found.problem == problem
    if problem:
        assert found.broken == ((1, source.count("\n") + (not source.endswith("\n"))),)
        assert found.bindings == ()


def test_two_hundred_brackets_are_read() -> None:
    assert module("x = " + "(" * 200 + "a" + ")" * 200).problem == ""


def test_a_parse_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dblint.languages.driver.SECONDS", -1.0)
    assert module("x = [1, 2, 3]\n" * 1000).problem == "timeout"


@pytest.mark.parametrize(
    "source",
    [
        "x = '" + "\\" * 100_000,
        '"' * 100_001,
        "x = '''" + "'" * 50_000,
        "('" * 50_000,
        "-- " * 100_000,
        "'/*" + "*" * 100_000,
        "'" + "(" * 90_000,
    ],
)
def test_no_pattern_takes_more_than_linear_time(source: str) -> None:
    start = time.process_time()
    module("\n" * 300 + source.replace(" ", "\n"))
    assert time.process_time() - start < 8


@pytest.mark.parametrize(
    ("source", "broken"),
    [
        ("x = 1\ny = = 2\nz = 'a'\n", ((2, 2),)),
        ("x = (1\n", ((1, 1),)),
        ("x = 1\nexecute('a'\n", ((2, 2),)),
        ("a = 'b'\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> x\nc = 'd'\n", None),
    ],
)
def test_lines_that_did_not_parse_are_said(source: str, broken: tuple[tuple[int, int], ...] | None) -> None:
    found = module(source)
    assert found.broken
    if broken:
        assert found.broken == broken


def test_the_rest_of_a_broken_file_is_read() -> None:
    found = module("conn.execute('select 1')\ny = = 2\nconn.execute('select 2')\n")
    assert [each.line for each in found.evaluations] == [1, 3]


@pytest.mark.parametrize(
    "source",
    [
        "match a:\n    case [b, *c] | {'d': e, **f}: pass\n    case A(b=c) as d if e: pass\n",
        "class A[T]: pass\n",
        "class A[T = int]: pass\n",
        "class A[T: int = bool, *Ts = *tuple[int], **P = [int]]: pass\n",
        "def f[T: (int, str) = int](x: T) -> T: return x\n",
        "type A[T] = list[T]\n",
        "type A[T = int] = list[T]\n",
        "try: pass\nexcept* A: pass\n",
        "try: pass\nexcept A, B: pass\n",
        "x = f'{a['b']}' f'{\"\\n\".join(c)}'\n",
        "x = t'{a!r:>{b}}'\n",
        "with (open(a) as b, open(c) as d,): pass\n",
        "def f(a, /, b, *, c): pass\n",
        "x = [a := 1, b]\n",
        "@a[0].b\ndef f(): pass\n",
        "x = y[*a]\n",
        "async def f():\n    return [x async for x in y]\n",
        "lambda *, a: a\n",
        "print(*a, sep='')\n",
        "\tx = 1\n",
        "\f\nx = 1\n",
    ],
)
def test_the_newest_syntax_parses(source: str) -> None:
    assert module(source + "\ny = 'z'\n").broken == ()


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_are_counted_by_any_line_end(end: str) -> None:
    found = module(end.join(["x = 1", "\f", "y = '''a", "b'''", "\x0b\x1c\u2028 # é", "conn.execute(a)"]))
    assert [each.line for each in found.bindings] == [1, 3]
    assert [each.line for each in found.evaluations] == [6]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\n",
        "\ufeffx = 1",
        "x",
        "\0",
        "x = '\0'",
        "\ud800 = '\udfff'",
        "x = 1\n\x1a",
        "def",
        "class",
        "@",
        "import",
        "from",
        "from a import",
        "with",
        "for",
        "x:",
        "return",
        "lambda",
        "f'{",
        "global",
    ],
)
def test_odd_files_do_not_raise(source: str) -> None:
    assert isinstance(module(source + "\nexecute()"), Module)
    assert isinstance(module(source), Module)


def test_mutations_never_raise() -> None:
    chance = random.Random(20240611)  # noqa: S311 -- a seed for repeatable damage, no secret
    everything = Vocabulary(VOCABULARY.calls, ("",))
    original = SAMPLE.encode()
    for _ in range(600):
        data = bytearray(original)
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            place = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    del data[place : place + chance.randrange(1, 30)]
                case 2:
                    data[place:place] = chance.choice(
                        [b"(", b"'", b'"""', b"{", b"\\", b"\n", b"    ", b"f'", b":", b"=", b"\0", b"\r"]
                    )
                case _:
                    other = chance.randrange(len(data))
                    data[place:place] = data[other : other + 40]
        text, _reason = decode(bytes(data), "python")
        assert isinstance(read("a.py", "python", text, everything), Module)


def test_a_deep_caller_does_not_matter() -> None:
    def down(depth: int) -> Module:
        return down(depth - 1) if depth else module("x = a" + ".f(1)" * 400)

    assert down(300).problem == ""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x = 1", ("x = 1", "")),
        (b"", ("", "")),
        (b"\xef\xbb\xbfx", ("x", "")),
        ("é".encode(), ("é", "")),
        (b"# coding: latin-1\n'\xe9'", ("# coding: latin-1\n'é'", "")),
        (b"#!/bin/x\n# -*- coding: cp1252 -*-\n'\x80'", ("#!/bin/x\n# -*- coding: cp1252 -*-\n'€'", "")),
        (b"\n\n# coding: cp1252\n'\x80'", ("\n\n# coding: cp1252\n'\x80'", "undecodable")),
        (b"x = 1\n# coding: cp1252\n'\x80'", ("x = 1\n# coding: cp1252\n'\x80'", "undecodable")),
        (b"# coding: no-such-thing\n", ("", "undecodable")),
        (b"# coding: rot13\n", ("", "undecodable")),
        (b"# coding: zlib\n", ("", "undecodable")),
        (b"# coding: punycode\n", ("", "undecodable")),
        (b"# coding: utf-7\n'+AGEAYg-'", ("# coding: utf-7\n'ab'", "")),
        (b"# coding: utf-8\n'\xe9'", ("", "undecodable")),
        (b"'\xe9'", ("'é'", "undecodable")),
        ("x = 1".encode("utf-16"), ("x = 1", "undecodable")),
        ("x = 1".encode("utf-32"), ("x = 1", "undecodable")),
        (b"\xff\xfex", ("", "undecodable")),
        (b"x\0y", ("", "binary")),
        (bytes(range(1, 256)), ("", "binary")),
    ],
)
def test_bytes_are_decoded_as_python_does(data: bytes, expected: tuple[str, str]) -> None:
    assert decode(data, "python") == expected


def test_other_languages_know_no_cookie_but_utf16() -> None:
    assert decode(b"// coding: latin-1\n\xe9", "java") == ("// coding: latin-1\né", "undecodable")
    assert decode("x".encode("utf-16"), "java") == ("x", "")


def test_the_package_loads_tree_sitter_only_when_it_reads() -> None:
    import subprocess  # noqa: PLC0415 -- used by this test alone
    import sys  # noqa: PLC0415 -- same

    code = "import sys, dblint.languages; sys.exit('tree_sitter' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
