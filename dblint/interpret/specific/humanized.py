"""Methods that turn a name into another form of it (`nameof(Order).Pluralize().Underscore()`).

Source: Humanizer, `InflectorExtensions.cs`, whose rules are ActiveSupport's; and functions of the same names in projects.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from dblint.interpret.strings.written import Written
from dblint.naming import name_of
from dblint.sql import HOLE

FORMS: Mapping[str, str] = MappingProxyType(
    {
        "Underscore": "rails",
        "ToSnakeCase": "rails",
        "Pluralize": "sequelize",
        "Camelize": "efcore_camel",
        "ToCamelCase": "efcore_camel",
    }
)


def humanized(method: str, texts: list[Written]) -> Iterator[Written]:
    """Yield what a method makes of the texts it is called on."""
    return (_formed(each, FORMS[method]) for each in texts)


def _formed(text: Written, convention: str) -> Written:
    """Return a name in another form, at the place where it begins; a name with a hole keeps its form."""
    if HOLE in text.text or not text.text:
        return text
    return replace(text, text=name_of(convention, text.text), marks=text.marks[:1])
