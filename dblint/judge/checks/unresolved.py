"""A database call whose table cannot be established."""

from collections import defaultdict
from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.model.facts import ServiceUnresolved, TableId


def _nowhere(store: str) -> TableId:
    """The table of a store of which nothing is known; `?` says so wherever a table is shown."""
    return TableId(store, None, None, "?")


_KEY = "dynamic-key"


def unresolved(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every database call that dblint could not look into.

    Keys of a key-value store that code computes are told once for each file, where the first of them stands.
    """
    keys: dict[tuple[str, str], list[ServiceUnresolved]] = defaultdict(list)
    for call in coupling.system.unresolved:
        if not options.holds(call.service, _nowhere(call.store)):
            continue
        if call.reason == _KEY:
            keys[call.service, call.place.path].append(call)
        else:
            text = f": {' '.join(call.partial.split())[:200]}" if call.partial else ""
            yield _draft(call, _message(call, text))
    for calls in keys.values():
        further = f", and {len(calls) - 1} more in this file" if len(calls) > 1 else ""
        message = f"{calls[0].service} uses a key here that cannot be told from the source (dynamic key){further}"
        yield _draft(min(calls, key=lambda call: call.place), message)


def _message(call: ServiceUnresolved, text: str) -> str:
    if call.reason == "opaque-migration":
        return (
            f"{call.service} does something in this migration that cannot be told from the source{text}: "
            "what it changes and whom that breaks is not known"
        )
    return (
        f"{call.service} calls the database here, and which table it uses cannot be told from the source "
        f"({call.reason.replace('-', ' ')}){text}"
    )


def _draft(call: ServiceUnresolved, message: str) -> Draft:
    return Draft(
        service=call.service,
        owner=None,
        table=_nowhere(call.store),
        place=call.place,
        mode="other",
        message=message,
        confidence="explicit",
        shape=call.reason,
    )
