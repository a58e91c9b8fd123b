"""What says that an outbox is relayed by no code of the tree: connectors, and libraries that are switched on."""

import re
from collections.abc import Callable, Iterable, Iterator

from dblint.model.place import Place

# Debezium's and Eventuate's change data capture, and relays that are called after what they do.
# https://debezium.io/documentation/reference/stable/transformations/outbox-event-router.html, https://eventuate.io/docs/manual/eventuate-cdc
_RELAY = re.compile(
    r"(?i)debezium|outboxer|outbox[-_.]?(?:relay|publisher|connector)|eventuate-?(?:tram-?)?cdc|\bcdc-service\b"
)
_DEPLOYED = re.compile(r"(?i)(?:\.ya?ml|\.json|\.properties|\.http|\.tf|\.sh)\Z")
# MassTransit's and Convey's outboxes, which the service itself empties.
# https://masstransit.io/documentation/configuration/middleware/outbox, https://convey-stack.github.io/documentation/Outbox
_SWITCHED_ON = re.compile(
    r"AddEntityFrameworkOutbox|AddMongoDbOutbox|UseBusOutbox|(?i:\"outbox\"\s*:\s*\{\s*\"enabled\"\s*:\s*true)"
)
_SAYING = re.compile(r"(?i)(?:\.cs|appsettings[\w.\-]*\.json)\Z")


def relays(paths: Iterable[str], text_of: Callable[[str], str]) -> Iterator[Place]:
    """Yield where the files of a deployment, or of a service that uses a library for it, first name what relays an outbox."""
    for path in sorted(paths):
        found = _RELAY.search(text_of(path)) if _DEPLOYED.search(path) else None
        found = found or (_SWITCHED_ON.search(text_of(path)) if _SAYING.search(path) else None)
        if found is not None:
            yield Place(path, found.string.count("\n", 0, found.start()) + 1)
