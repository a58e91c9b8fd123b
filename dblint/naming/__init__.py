"""Physical names: what a framework calls the table of a class when the source does not say.

Frameworks disagree about acronyms, digits and plurals: one small function per convention, and no shared `snake_case`.
"""

from dblint.naming.conventions import CONVENTIONS, UnknownConventionError, django_table, name_of
from dblint.naming.joining import JOIN_TABLES, Relation, join_table_of
from dblint.naming.limits import LIMITS, clipped, truncated
from dblint.naming.plural import singular
from dblint.naming.words import camelized, sea_query

__all__ = [
    "CONVENTIONS",
    "JOIN_TABLES",
    "LIMITS",
    "Relation",
    "UnknownConventionError",
    "camelized",
    "clipped",
    "django_table",
    "join_table_of",
    "name_of",
    "sea_query",
    "singular",
    "truncated",
]
