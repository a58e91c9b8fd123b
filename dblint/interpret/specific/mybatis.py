"""SQL in MyBatis's annotations: `#{…}` is a parameter, `${…}` a hole, and a `<script>` has the elements of a mapper file."""

import re

from dblint.interpret.strings.written import Written, rewritten
from dblint.sql import HOLE

_MARK = re.compile(r"#\{[^}]*\}|\$\{[^}]*\}")
_LEAD = re.compile(r"<where\b[^>]*>(?=\s*(?:<[^>]*>\s*)*(?:and|or)\b)", re.IGNORECASE)
_END = re.compile(r",\s*(?=(?:</[^>]*>\s*)*</set>)")
_SELECT_KEY = re.compile(r"<(selectKey|bind)\b.*?(?:</\1>|/>)", re.DOTALL)
_FOREACH = re.compile(r"<foreach\b([^>]*)>|</foreach>")
_TAG = re.compile(r"</?[a-zA-Z!][^>]*>")
_ENTITY = re.compile(r"&(lt|gt|amp|quot|apos);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def plain(written: Written) -> Written:
    """Return the text of an annotation as SQL; every branch of a script is kept."""
    text = rewritten(written, _MARK, lambda mark: "?" if mark.group().startswith("#") else HOLE)
    if "<script" not in text.text:
        return text
    text = rewritten(text, _SELECT_KEY, lambda _: " ")
    text = rewritten(text, _END, lambda _: " ")
    text = rewritten(text, _LEAD, lambda _: " where 1 = 1 ")
    text = _loops(text)
    text = rewritten(text, _TAG, _word)
    return rewritten(text, _ENTITY, lambda found: _ENTITIES[found.group(1)])


def _loops(text: Written) -> Written:
    """Return a text with what each loop puts around its elements."""
    closing: list[str] = []

    def around(found: re.Match[str]) -> str:
        if found.group(1) is None:
            return closing.pop() if closing else " "
        given = dict(re.findall(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']", found.group(1)))
        closing.append(f" {given.get('close', '')} ")
        return f" {given.get('open', '')} "

    return rewritten(text, _FOREACH, around)


def _word(tag: re.Match[str]) -> str:
    """Return the word that an element puts before its content."""
    name = tag.group().strip("<>").split()[0].lower()
    return f" {name} " if name in {"where", "set"} else " "
