"""The only door to tree-sitter: source text of any supported language becomes `dblint.model.syntax.Module`.

A language is one folder here: `captures.scm` names the slots of its syntax that can hold database access, and `adapter.py`
turns what the query captured into the common facts. Everything that is the same for all languages (limits, parsing, line ranges
that did not parse, which local names matter) stands in this package itself.
"""

import pkgutil
import re
from functools import cache

from dblint.languages.decoding import decode
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

# https://flow.org/en/docs/usage/: files with types say so in their first comment; their grammar is almost that of TypeScript.
_FLOW = re.compile(r"(?:\s|//(?!\s*@flow)[^\n]*\n)*+(?://\s*@flow|/\*(?:(?!\*/).)*?@flow)\b", re.DOTALL)

__all__ = ["Vocabulary", "decode", "may_hold_sql", "read", "supported"]


@cache
def supported() -> frozenset[str]:
    """The languages that can be read: the folders of this package."""
    return frozenset(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


def read(path: str, language: str, text: str, vocabulary: Vocabulary) -> Module:
    """What the source `text` of the file `path` says, as far as it bears on database access.

    Never raises for bad input: lines that did not parse stand in `Module.broken`, and a file that was not read at all has all
    its lines there and the reason in `Module.problem`: `too-large`, `minified`, `too-deep`, `timeout`, `syntax-error` (hardly
    anything but errors) or `unsupported-language`.
    """
    if language == "javascript" and _FLOW.match(text):
        language = "typescript"
    if language not in supported():
        return Module(path, language, problem="unsupported-language")
    from dblint.languages.driver import understand  # noqa: PLC0415 -- tree-sitter is loaded with the first file, not at start-up

    return understand(path, language, text, vocabulary)
