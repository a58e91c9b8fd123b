"""A database call whose table cannot be established."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.model.facts import TableId

# No table is known; `?` says so wherever a table is shown.
NOWHERE = TableId("sql", None, None, "?")


def unresolved(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every database call that dblint could not look into."""
    for call in coupling.system.unresolved:
        if options.holds(call.service, NOWHERE):
            text = f": {' '.join(call.partial.split())[:200]}" if call.partial else ""
            yield Draft(
                service=call.service,
                owner=None,
                table=NOWHERE,
                place=call.place,
                mode="other",
                message=(
                    f"{call.service} calls the database here, and which table it uses cannot be told from the source "
                    f"({call.reason.replace('-', ' ')}){text}"
                ),
                confidence="explicit",
                shape=call.reason,
            )
