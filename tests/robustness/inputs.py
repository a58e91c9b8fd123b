"""Bad files: what each holds, and what may become of it. `read` means that nothing is reported of the file."""
# ruff: noqa: S608 - nobody runs these statements

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

READ = "read"


class Bad(NamedTuple):
    """A bad file: its name, its bytes (or what makes it), and the outcomes that are allowed."""

    name: str
    content: bytes | Callable[[Path], None]
    outcomes: frozenset[str]


def _bad(name: str, content: "str | bytes | Callable[[Path], None]", *outcomes: str) -> Bad:
    return Bad(name, content.encode() if isinstance(content, str) else content, frozenset(outcomes))


def _link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def _fifo(path: Path) -> None:
    import os  # noqa: PLC0415 - only here

    os.mkfifo(path)


SELECT = 'cursor.execute("SELECT id FROM orders")\n'
DEEP = ("too-deep", "timeout", "memory", "parser-crash")

PYTHON = (
    _bad("parens200.py", "x = " + "(" * 190 + "1" + ")" * 190, READ),
    _bad("parens1000.py", "x = " + "(" * 1000 + "1" + ")" * 1000, *DEEP),
    _bad("parens100k.py", "x = " + "(" * 100_000 + "1" + ")" * 100_000, "minified", *DEEP),
    _bad("lists.py", "x = " + "[" * 1300 + "]" * 1300, *DEEP),
    _bad("dicts.py", "x = " + "{1:" * 3000 + "1" + "}" * 3000, "minified", *DEEP),
    _bad("sum300.py", "x = " + " + ".join(["a"] * 300) + "\n" + SELECT, READ),
    _bad("sum10k.py", "x = " + " + ".join(["a"] * 10_000), "minified", *DEEP),
    _bad("sum10k_lines.py", "x = (\n" + " +\n".join(["a"] * 10_000) + "\n)\n", *DEEP),
    _bad("chain.py", "x = (a" + ".f(1)\n" * 10_000 + ")", *DEEP),
    _bad("nots.py", "x = " + "not " * 10_000 + "a", "minified", *DEEP),
    _bad("elifs.py", "if a:\n  pass\n" + "elif b:\n  pass\n" * 10_000, READ, *DEEP),
    _bad("indents.py", "".join(" " * depth + "if a:\n" for depth in range(120)) + " " * 120 + "pass\n", READ, *DEEP),
    _bad("lines.py", "value = call(1, 2)\n" * 50_000, READ, *DEEP),
    _bad("table.py", "DATA = {\n" + "".join(f"  'key{number}': {number},\n" for number in range(40_000)) + "}\n", READ, *DEEP),
    _bad("huge_line.py", "x = [" + "a," * 2_500_000 + "]", "too-large", "minified"),
    _bad("huge_string.py", "x = '" + "a" * 20_000_000 + "'", "too-large"),
    _bad("latin1.py", b"# caf\xe9\n" + SELECT.encode(), READ, "undecodable"),
    _bad("cookie.py", b"# coding: no-such-encoding\n" + SELECT.encode(), "undecodable"),
    _bad("rot13.py", b"# coding: rot13\nfryrpg\n", "undecodable"),
    _bad("zlib.py", b"# coding: zlib\n\x78\x9c", "undecodable"),
    _bad("utf16.py", SELECT.encode("utf-16"), "undecodable"),
    _bad("nul.py", b"x = 1\0\n", "binary"),
    _bad("binary.py", bytes(range(256)) * 40, "binary", "undecodable"),
    _bad("bom.py", b"\xef\xbb\xbf" + SELECT.encode(), READ),
    _bad("crlf.py", SELECT.replace("\n", "\r\n"), READ),
    _bad("cr.py", SELECT.replace("\n", "\r") + "x = 1\r", READ),
    _bad("form_feed.py", "\f\n" + SELECT, READ),
    _bad("tabs.py", "if a:\n\t" + SELECT + "        x = 1\n", READ, "syntax-error"),
    _bad("empty.py", "", READ),
    _bad("no_end.py", SELECT.strip(), READ),
    _bad("python2.py", "print 'a'\nexec 'b'\nx = `c` <> 0777\n", READ, "syntax-error"),
    _bad("conflict.py", "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n" + SELECT, "syntax-error"),
    _bad("magics.py", "%matplotlib inline\n!ls\n" + SELECT, READ, "syntax-error"),
    _bad("template.py", "{% if a %}\nx = {{ b }}\n{% endif %}\n" + SELECT, READ, "syntax-error"),
    _bad("surrogate.py", 'cursor.execute("SELECT id FROM \\ud800orders")\n', READ),
    _bad("bidi.py", 'cursor.execute("SELECT id FROM \u202eorders\u202c")\n', READ),
    _bad("bytes_name_\udcff.py", SELECT, READ),
    _bad("new\nline.py", SELECT, READ),
    _bad("::error::.py", SELECT, READ),
    _bad("fifo.py", _fifo, "not-regular-file"),
    _bad("zero.py", _link("/dev/zero"), "outside-root", "not-regular-file"),
    _bad("outside.py", _link("/etc/passwd"), "outside-root"),
    _bad("loop.py", _link("loop.py"), "unreadable", READ),
    _bad("dangling.py", _link("nowhere.py"), READ),
)

SQL = (
    _bad("parens.sql", "SELECT " + "(" * 150 + "1" + ")" * 150 + " FROM orders;", READ),
    _bad("parens10k.sql", "SELECT " + "(" * 10_000 + "1" + ")" * 10_000 + " FROM orders;", READ, *DEEP),
    _bad("selects.sql", "SELECT * FROM (" * 3000 + "SELECT 1" + ") x" * 3000 + ";", READ, *DEEP),
    _bad("ors.sql", "SELECT id FROM orders WHERE " + " OR ".join(["a = 1"] * 10_000) + ";", READ, "too-large"),
    _bad("in.sql", "SELECT id FROM orders WHERE id IN (" + ",".join(map(str, range(100_000))) + ");", READ, "too-large"),
    _bad("insert.sql", "INSERT INTO orders (id) VALUES " + ",".join(["(1)"] * 100_000) + ";", READ, "too-large"),
    _bad("semicolons.sql", ";" * 1_000_000, READ, "too-many-statements"),
    _bad("bom.sql", b"\xef\xbb\xbfSELECT id FROM orders;", READ),
    _bad("utf16.sql", "SELECT id FROM orders;".encode("utf-16"), READ, "undecodable"),
    _bad("quote.sql", "SELECT id FROM orders; SELECT 'a FROM orders;", READ, "syntax-error"),
    _bad("comment.sql", "SELECT id FROM orders; /* never closed", READ, "syntax-error"),
    _bad("dollars.sql", "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1", READ, "syntax-error"),
    _bad("copy.sql", "COPY orders (a) FROM stdin;\nit's\tone\n\\.\nSELECT id FROM orders;", READ),
    _bad("words.sql", "SELECT id FROM orders; SELEC * FORM b; SELECT id FROM orders;", "syntax-error"),
    _bad("client.sql", "\\i other.sql\nGO\nDELIMITER //\nSELECT id FROM orders//\n", READ, "syntax-error"),
    _bad("nul.sql", b"SELECT id FROM orders\0;", "binary"),
    _bad("password.sql", "CREATE USER app PASSWORD 'hunter2' ))", READ, "syntax-error"),
)

ALIASES = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
YAML = (
    _bad("docker-compose.yml", ALIASES + "services: {web: {image: *a9}}\n", READ, "unsafe-document"),
    _bad(
        "compose.merge.yml",
        "b0: &b0 {x: 1}\n"
        + "".join(f"b{n}: &b{n}\n  <<: [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 9))
        + "services: {web: *b8}\n",
        READ,
        "unsafe-document",
    ),
    _bad("docker-compose.self.yml", "services: &a {web: *a}\n", READ, "unsafe-document", "syntax-error"),
    _bad("docker-compose.deep.yml", "services: " + "[" * 30_000 + "]" * 30_000, READ, "too-deep", "syntax-error"),
    _bad("docker-compose.tabs.yml", "services:\n\tweb:\n", READ, "syntax-error"),
    _bad("docker-compose.helm.yml", "services:\n  {{ .Values.web }}:\n", READ, "syntax-error", "template-unresolved"),
    _bad("docker-compose.python.yml", "services: !!python/object/apply:os.system [touch PWNED]\n", READ, "unsafe-document"),
    _bad("docker-compose.date.yml", "services: {web: {image: 2001-99-99}}\n", READ),
    _bad("docker-compose.latin1.yml", b"services: {caf\xe9: {image: a}}\n", READ, "undecodable"),
    _bad("docker-compose.nul.yml", b"services: {a\0: {image: a}}\n", READ, "binary", "syntax-error"),
    _bad("package.json", "[" * 200_000, READ, "too-deep"),
    _bad("pyproject.toml", "a = " + "[" * 10_000 + "]" * 10_000, READ, "too-deep"),
    _bad("settings.gradle", "include " + "'a'," * 100_000, READ),
)
