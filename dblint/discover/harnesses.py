"""Programs that are there to test others among which they stand: what they are built with tells it, not a folder's name."""

import re
import tomllib

from dblint.discover.entries import can_start
from dblint.discover.listing import Listing, parent

# https://docs.rs/testcontainers, …/testcontainers-modules: start servers in containers for as long as a test runs.
_CONTAINERS = ("testcontainers", "testcontainers-modules")
_USED = re.compile(r"\btestcontainers(?:_modules)?::")
# What follows stands in the crate for its own tests.
_OWN_TESTS = re.compile(r"#!?\[cfg\([^\]\n]*\btest\b")


def harnesses(listing: Listing) -> tuple[str, ...]:
    """The folders of programs in Rust that start containers for tests themselves, not in tests of their own.

    A dependency alone says too little: some put it among those of the program that only the program's tests need. A library is
    none: services may take the rest of it.
    Source: https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#development-dependencies
    """
    folders = (parent(path) for path in listing.by_name.get("Cargo.toml", ()) if _takes_containers(listing.text(path)))
    return tuple(folder for folder in folders if folder != "." and _starts_them(folder, listing) and can_start(folder, listing))


def _takes_containers(manifest: str) -> bool:
    """Whether a manifest of Cargo always builds its crate with containers for tests."""
    if "testcontainers" not in manifest:
        return False
    try:
        taken = tomllib.loads(manifest).get("dependencies")
    except (ValueError, RecursionError):
        return False
    named = [taken[name] for name in _CONTAINERS if name in taken] if isinstance(taken, dict) else []
    return any(not (isinstance(each, dict) and each.get("optional") is True) for each in named)


def _starts_them(folder: str, listing: Listing) -> bool:
    """Whether the root of a crate names what starts containers, outside of its own tests."""
    roots = [path for name in ("lib", "main") if (path := f"{folder}/src/{name}.rs") in listing.sizes]
    return any(_USED.search(_OWN_TESTS.split(listing.text(path, 100_000))[0]) for path in roots)
