"""What PHP's own functions make of strings, in the words of the common syntax."""

import re

from dblint.model.syntax import Call, Expression, Items, Member, Text

_SAME = frozenset({"trim", "ltrim", "rtrim", "chop", "utf8_encode", "utf8_decode", "html_entity_decode", "stripslashes"})
_CASE = {"strtolower": "lower", "mb_strtolower": "lower", "strtoupper": "upper", "mb_strtoupper": "upper"}
_REPLACING = frozenset({"str_replace", "str_ireplace"})
_PATTERN = re.compile(r"\A([/#~@!])(.*)\1[a-z]*\Z", re.DOTALL)
_WORDS = re.compile(r"(?:[^\\.^$|()\[\]{}*+?]|\\[^\w\\])+\Z")


def text(name: str, arguments: tuple[Expression, ...], line: int) -> Expression | None:
    """The text that a call of a function makes; None for any other call.

    Source: https://www.php.net/manual/en/ref.strings.php, https://www.php.net/manual/en/function.preg-replace.php.
    """
    name = name.lower()
    if name in _SAME and arguments:
        return arguments[0]
    if name in _CASE and arguments:
        return Call(Member(arguments[0], _CASE[name], line), (), (), line)
    if len(arguments) < 3:
        return None
    old, new, subject = arguments[:3]
    if name in _REPLACING:
        return _replaced(old, new, subject, line)
    if name == "preg_replace":
        return _replaced(_plain(old) or Items((), line), new, subject, line)
    return None


def _replaced(old: Expression, new: Expression, subject: Expression, line: int) -> Expression:
    """A text with one word, or each of several, replaced; what is looked for by a pattern leaves the text what it is."""
    if isinstance(old, Items):
        after = new.values if isinstance(new, Items) else (new,) * len(old.values)
        for word, value in zip(old.values, after, strict=False):
            subject = _replaced(word, value, subject, line)
        return subject
    return Call(Member(subject, "replace", line), (old, new), (), line)


def _plain(pattern: Expression) -> Text | None:
    """The words that a pattern looks for, where it is nothing but words."""
    found = _PATTERN.match(pattern.value) if isinstance(pattern, Text) else None
    if found is None or not _WORDS.match(found[2]) or not isinstance(pattern, Text):
        return None
    return Text(re.sub(r"\\(.)", r"\1", found[2]), pattern.line)
