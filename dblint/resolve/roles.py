"""Which service a database role or schema is named after."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_MEANINGLESS = frozenset({"service", "svc", "app", "api", "db", "database", "user", "role", "schema"})

_SEVERAL = 2


def service_named(name: str, services: Iterable[str]) -> str | None:
    """The service whose name stands in the name of a role or schema (`svc_orders`, `app_user_billing`).

    The longest name counts, of equally long ones the last: prefixes name the system. None where two services fit equally well.
    """
    words = _words(name)
    best: list[tuple[int, int, str]] = []
    for service in services:
        wanted = _meaning(_words(service))
        ends = [end for end in range(len(wanted), len(words) + 1) if words[end - len(wanted) : end] == wanted]
        if wanted and ends:
            best.append((len(wanted), ends[-1], service))
    best.sort(reverse=True)
    if not best or (len(best) > 1 and best[0][:2] == best[1][:2]):
        return None
    return best[0][2]


def is_named_after(schema: str, service: str) -> bool:
    """Whether a schema has the name of the service, words such as `service` left aside."""
    return _meaning(_words(schema)) == _meaning(_words(service))


def names_the_system(service: str, services: Iterable[str]) -> bool:
    """Whether the names of several other services begin with that of a service: it is that of the system around them."""
    own = _words(service)
    return sum(other != service and _words(other)[: len(own)] == own for other in services) >= _SEVERAL


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _meaning(words: list[str]) -> list[str]:
    """The words that tell one service from another; all of them where none does."""
    return [word for word in words if word not in _MEANINGLESS] or words
