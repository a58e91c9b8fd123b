"""What module names of a file mean: `alias` shortens them from its place to the end of the block around it.

Source: https://hexdocs.pm/elixir/alias-require-and-import.html, "alias".
"""

from typing import NamedTuple


class _Alias(NamedTuple):
    """The module that a short name means between two bytes of a file."""

    start: int
    end: int
    module: str


class Aliases:
    """The aliases and modules of one file, asked by the place of a name."""

    def __init__(self) -> None:
        self._short: dict[str, list[_Alias]] = {}
        self._modules: list[tuple[int, int, str]] = []

    def add(self, short: str, module: str, start: int, end: int) -> None:
        """Let a short name mean a module between two bytes."""
        self._short.setdefault(short, []).append(_Alias(start, end, module))

    def open(self, module: str, start: int, end: int) -> None:
        """Say that a module is defined between two bytes."""
        self._modules.append((start, end, module))

    def module_at(self, place: int) -> str:
        """Return the full name of the module around a byte, or an empty string."""
        return next((name for start, end, name in reversed(self._modules) if start <= place < end), "")

    def full(self, written: str, place: int) -> str:
        """Return the full name of a module as it is written at a byte."""
        first, dot, rest = written.partition(".")
        if first == "__MODULE__":
            return f"{self.module_at(place)}{dot}{rest}"
        for known in reversed(self._short.get(first, ())):
            if known.start <= place < known.end:
                return f"{known.module}{dot}{rest}"
        return written.removeprefix("Elixir.")
