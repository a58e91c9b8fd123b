"""Names for what is kept."""

from collections.abc import Iterable
from hashlib import blake2b


def key(parts: Iterable[bytes]) -> str:
    """A name for what these parts decide; no two lists of parts have the same."""
    digest = blake2b(digest_size=20)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()
