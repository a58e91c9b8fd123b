"""Ruby inside YAML files (ERB), as Rails reads them: of it only what is taken from the environment.

Source: https://guides.rubyonrails.org/configuring.html#configuring-a-database.
"""

import re

_CODE = re.compile(r"<%(=?)((?:[^%]|%(?!>))*+)%>")
_NAME = re.compile(r"""\bENV(?:\.fetch)?[\[(]\s*["'](\w+)["']""")
# `ENV.fetch("A", "x")`, `ENV.fetch("A") { "x" }`, `ENV["A"] || "x"`, `ENV["A"].presence || 5432`
_DEFAULT = re.compile(r"""(?:,|\{|\|\|)\s*(?:["']([^"'}]*)["']|:?([\w.\-]+)(?=\s*(?:[)}\-]|\Z)))""")
_MOST_NAMES = 2  # one within the default of the other: what the reader of references follows


def filled(text: str) -> str:
    """Return the YAML with `${NAME:-default}` for what Ruby looks up in the environment, and nothing for other Ruby."""
    return _CODE.sub(lambda found: _written(found, text), text)


def _written(found: re.Match[str], text: str) -> str:
    reference = _reference(found[2]) if found[1] else ""
    line_end = text.find("\n", found.end())
    after = text[found.end() : line_end if line_end >= 0 else len(text)].lstrip()
    alone = text[found.start() - 1 : found.start()].isspace() and (not after or after[0] in ",}]#")
    return f'"{reference}"' if reference and alone else reference


def _reference(code: str) -> str:
    names = _NAME.findall(code)[:_MOST_NAMES]
    given = _DEFAULT.search(code)
    value = (given[1] or given[2] or "") if given else ""
    for name in reversed(names):
        value = f"${{{name}:-{value}}}" if value else f"${{{name}}}"
    return value if names else ""
