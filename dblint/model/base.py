"""The common base of all facts."""

import msgspec


class Fact(msgspec.Struct, frozen=True, omit_defaults=True):
    """A frozen, slotted record that can be written to JSON and read back unchanged."""
