"""The SQL of a mapper's elements as expressions: every branch is kept, a parameter is a value, and `${…}` a hole.

Source: https://mybatis.org/mybatis-3/dynamic-sql.html and https://mybatis.org/mybatis-3/sqlmap-xml.html
"""

import re
from collections.abc import Iterator, Mapping

from dblint.languages.elements import Element
from dblint.model.syntax import Choice, Expression, Opaque, Template, Text

_MARK = re.compile(r"#\{[^}]*\}|\$\{([^}]*)\}")
_LEADS = re.compile(r"\s*(?:and|or)\b", re.IGNORECASE)
_DEEPEST = 12


def sql_of(element: Element, fragments: Mapping[str, Element]) -> Expression:
    """The SQL that an element holds, with the fragments that it includes."""
    return Template(tuple(_parts(element, fragments, {}, 0)), element.line)


def _parts(element: Element, fragments: Mapping[str, Element], values: Mapping[str, str], depth: int) -> Iterator[Expression]:
    for each in element.content if depth < _DEEPEST else ():
        if isinstance(each, tuple):
            yield from _text(*each, values)
        else:
            yield from _element(each, fragments, values, depth + 1)


def _element(element: Element, fragments: Mapping[str, Element], values: Mapping[str, str], depth: int) -> Iterator[Expression]:
    line = element.line
    match element.name:
        case "selectKey" | "bind" | "property":
            return  # a statement of its own, names for values
        case "include":
            fragment = fragments.get(element.attributes.get("refid", "").rpartition(".")[2])
            given = {inner.attributes.get("name", ""): inner.attributes.get("value", "") for inner in element.elements()}
            if fragment is None:
                yield Opaque(line)
            else:
                yield from _parts(fragment, fragments, {**values, **given}, depth)
        case "choose":
            branches = [Template(tuple(_parts(each, fragments, values, depth)), each.line) for each in element.elements()]
            yield Choice(tuple(branches), line)
        case "where":
            yield from _trimmed(element, "where", "", ("and", "or"), (), list(_parts(element, fragments, values, depth)))
        case "set":
            yield from _trimmed(element, "set", "", (), (",",), list(_parts(element, fragments, values, depth)))
        case "trim":
            get = element.attributes.get
            before = tuple(word.strip().lower() for word in get("prefixOverrides", "").split("|") if word.strip())
            after = tuple(word.strip().lower() for word in get("suffixOverrides", "").split("|") if word.strip())
            inner = list(_parts(element, fragments, values, depth))
            yield from _trimmed(element, get("prefix", ""), get("suffix", ""), before, after, inner)
        case "foreach":
            yield Text(f" {element.attributes.get('open', '')} ", line)
            yield from _parts(element, fragments, values, depth)
            yield Text(f" {element.attributes.get('close', '')} ", element.end)
        case _:  # `if`, `when`, `otherwise`: what may be there is
            yield from _parts(element, fragments, values, depth)


def _trimmed(
    element: Element, prefix: str, suffix: str, before: tuple[str, ...], after: tuple[str, ...], inner: list[Expression]
) -> Iterator[Expression]:
    """What an element gives that adds words around its content and takes superfluous ones away."""
    inner = _without_lead(inner, before)
    for word in after:
        inner = _without_end(inner, word)
    if inner:
        yield Text(f" {prefix} ", element.line)
        yield from inner
        yield Text(f" {suffix} ", element.end)


def _without_lead(parts: list[Expression], words: tuple[str, ...]) -> list[Expression]:
    """Parts less a word that the first text begins with; inside a choice each branch loses its own."""
    for place, part in enumerate(parts):
        if isinstance(part, Text):
            if not part.value.strip():
                continue
            stripped = part.value.lstrip()
            word = next((word for word in words if re.match(rf"{re.escape(word)}(?!\w)", stripped, re.IGNORECASE)), "")
            if word:
                start = len(part.value) - len(stripped)
                blanked = part.value[:start] + " " * len(word) + stripped[len(word) :]
                return [*parts[:place], Text(blanked, part.line, part.breaks), *parts[place + 1 :]]
        elif isinstance(part, Choice):
            options = tuple(
                Template(tuple(_without_lead(list(option.parts), words)), option.line)
                if isinstance(option, Template)
                else option
                for option in part.options
            )
            return [*parts[:place], Choice(options, part.line), *parts[place + 1 :]]
        return parts
    return parts


def _without_end(parts: list[Expression], word: str) -> list[Expression]:
    for place in range(len(parts) - 1, -1, -1):
        part = parts[place]
        if isinstance(part, Text) and not part.value.strip():
            continue
        if isinstance(part, Text) and part.value.rstrip().lower().endswith(word):
            kept = part.value.rstrip()[: -len(word)]
            breaks = tuple(offset for offset in part.breaks if offset <= len(kept))
            return [*parts[:place], Text(kept, part.line, breaks), *parts[place + 1 :]]
        return parts
    return parts


def _text(text: str, line: int, values: Mapping[str, str]) -> Iterator[Expression]:
    """A piece of text: `#{…}` is a parameter, `${…}` what an include gives for it, else a hole."""
    position = 0
    for mark in _MARK.finditer(text):
        if mark.group(1) is None:
            continue
        yield from _plain(text[position : mark.start()], line + text.count("\n", 0, position))
        at = line + text.count("\n", 0, mark.start())
        given = values.get(mark.group(1).strip())
        yield Text(given, at) if given is not None else Opaque(at)
        position = mark.end()
    yield from _plain(text[position:], line + text.count("\n", 0, position))


def _plain(text: str, line: int) -> Iterator[Expression]:
    value = _MARK.sub("?", text)
    if value:
        yield Text(value, line, tuple(found.end() for found in re.finditer("\n", value)))
