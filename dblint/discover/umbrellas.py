"""Apps of an umbrella that are one service: those that a release starts together, and a program with its pages.

Source: https://hexdocs.pm/mix/Mix.Tasks.Release.html (each of the `releases:` is one node, with the `applications:` it starts);
https://hexdocs.pm/phoenix/Mix.Tasks.Phx.New.html (`--umbrella` makes `shop` and `shop_web`).
"""

import re
from collections import Counter
from collections.abc import Mapping

from dblint.discover.listing import Listing, parent
from dblint.discover.together import as_one
from dblint.model.facts import Evidence
from dblint.model.place import Place
from dblint.model.tree import Service

_COMMENT = re.compile(r"(?m)^\s*#.*$")
_APPS_PATH = re.compile(r"\bapps_path:\s*\"([^\"]+)\"")
_APPLICATIONS = re.compile(r"(?<!\w)applications:\s*\[([^\[\]]*)\]")
_STARTED = re.compile(r"(\w+):\s*:(?:permanent|transient|temporary)\b")
_NAME = re.compile(r"(\w+):\s*\Z")


def with_releases(services: tuple[Service, ...], listing: Listing) -> tuple[Service, ...]:
    """The services, the apps that only one of an umbrella's releases starts taken together as one called after the release.

    One release alone says nothing: most umbrellas have one of everything. An app that several of them start stays what it is.
    """
    for path in (path for path in listing.by_name.get("mix.exs", ()) if _APPS_PATH.search(listing.text(path, 100_000))):
        known = {service.path for service in services}
        found = {name: [each for each in folders if each in known] for name, folders in _releases(path, listing).items()}
        times = Counter(folder for folders in found.values() for folder in folders)
        own = {name: {each for each in folders if times[each] == 1} for name, folders in found.items()}
        started = {name: folders for name, folders in own.items() if folders}
        for release, folders in started.items() if len(started) > 1 else ():
            members = [service for service in services if service.path in folders]
            name = release if len(members) > 1 else members[0].name
            services = as_one(services, members, name, (Evidence("release", Place(path, 1), f"release {release}"),))
    return services


def with_pages(services: tuple[Service, ...], listing: Listing) -> tuple[Service, ...]:
    """The services, `shop` and the `shop_web` that Phoenix made with it in one umbrella taken together as `shop`."""
    for path in (path for path in listing.by_name.get("mix.exs", ()) if parent(path).endswith("_web")):
        pages = parent(path)
        program = pages.removesuffix("_web")
        taken = rf"\{{:{re.escape(program.rpartition('/')[2])},\s*in_umbrella:\s*true"
        members = [service for service in services if service.path in (program, pages) and service.kind != "schema"]
        if len(members) > 1 and re.search(taken, _COMMENT.sub("", listing.text(path, 100_000))):
            name = next(service.name for service in members if service.path == program)
            services = as_one(services, members, name)
    return services


def _releases(path: str, listing: Listing) -> Mapping[str, tuple[str, ...]]:
    """The folders of the apps that each release in the `mix.exs` of an umbrella starts, by its name."""
    text = _COMMENT.sub("", listing.text(path, 100_000))
    written = _APPS_PATH.search(text)
    apps = f"{parent(path)}/{written[1] if written else ''}".removeprefix("./").strip("/")
    found: dict[str, tuple[str, ...]] = {}
    for each in _APPLICATIONS.finditer(text):
        if name := _NAME.search(text[: _opening(text, each.start())]):
            found[name[1]] = tuple(f"{apps}/{app}" for app in _STARTED.findall(each[1]))
    return found


def _opening(text: str, end: int) -> int:
    """Where the list begins that is still open at `end`; the beginning of the text if none is."""
    depth = 0
    for place in range(end - 1, -1, -1):
        depth += (text[place] == "]") - (text[place] == "[")
        if depth < 0:
            return place
    return 0
