"""Code of Rust that only tests run, which stands in the files of the program itself."""

import re

# https://doc.rust-lang.org/reference/conditional-compilation.html#test; `#[test]` and its like: `#[tokio::test]`.
_TEST = re.compile(r"#(!?)\[\s*(?:cfg\s*\(\s*(?:all\s*\(\s*)?test\s*[,)][^\]]*|(?:\w+::)*test\s*(?:\([^\]]*\))?)\s*\]")
_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|\b(?:br|r|cr)(\#*)".*?(?:"\1|\Z)|"(?:[^"\\]|\\.)*+"?|'(?:[^'\\\n]|\\[^\n]{1,10}?)'|[{}()\[\];,]""",
    re.DOTALL | re.VERBOSE,
)
_ITEM = re.compile(
    r"(?:\s++|//[^\n]*+\n|#\[[^\]]*+\]|pub\b(?:\([^)]*\))?)*+"  # possessive: space before what is no item has many splits
    r"(?:mod|fn|impl|struct|enum|union|trait|use|const|static|type|macro_rules|extern|let|async|unsafe)\b"
)
# What goes on behind braces: a variant with fields has its comma, and a pattern its arm.
_FOLLOWING = re.compile(r"\s*(?:(,)|=>|[.?])")
_VISIBLE = re.compile(r"[^\n]")


def without_tests(text: str) -> str:
    """Return the text with every item that only tests run as blanks, on the same lines."""
    parts: list[str] = []
    done = 0
    for found in _TEST.finditer(text):
        if found.start() < done:
            continue
        end = len(text) if found[1] else _end(text, found.end())
        parts += (text[done : found.start()], _VISIBLE.sub(" ", text[found.start() : end]))
        done = end
    return "".join((*parts, text[done:])) if parts else text


def _end(text: str, start: int) -> int:
    """The end of what begins at `start`, with its attributes: a semicolon or the brace that closes its body.

    A field, a variant or an arm of a `match` ends at a comma or with what holds it.
    """
    depth, item = 0, _ITEM.match(text, start) is not None
    for token in _TOKEN.finditer(text, start):
        match token[0]:
            case "(" | "[" | "{":
                depth += 1
            case ")" | "]" | "}":
                depth -= 1
                if depth < 0:
                    return token.start()
                following = _FOLLOWING.match(text, token.end()) if not item else None
                if depth == 0 and token[0] == "}" and (following is None or following[1]):
                    return following.end() if following else token.end()
            case ";" if depth == 0:
                return token.end()
            case "," if depth == 0 and not item:
                return token.end()
    return len(text)
