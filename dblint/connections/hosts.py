"""Which machine a host name means, for a service that runs in certain networks."""

import posixpath
import re
from collections.abc import Iterable
from typing import NamedTuple

from dblint.connections.model import Host, Settings
from dblint.model.place import in_common

LOCAL = frozenset(
    {"localhost", "127.0.0.1", "::1", "[::1]", "host.docker.internal", "docker.for.mac.localhost", "."} | {"0.0.0.0"}  # noqa: S104 - read in settings, never bound
)
_CLUSTER = re.compile(r"\A([\w\-]+)\.([\w\-]+)(?:\.svc(?:\.[\w.\-]+)?)?\Z")


class Machine(NamedTuple):
    """A host as far as it is known: its name for a label, the port inside, the image that runs there, the database it makes."""

    name: str
    port: str
    image: str = ""
    known: bool = True
    default: str = ""


class Hosts:
    """All host names of a tree; `folders` are those of its services."""

    def __init__(self, settings: Settings, folders: Iterable[str]) -> None:
        self._hosts = settings.hosts
        self._folders = frozenset(posixpath.normpath(folder) for folder in folders)
        self._by_name: dict[str, list[Host]] = {}
        for host in self._hosts:
            self._by_name.setdefault(host.name.lower(), []).append(host)
        self._networks: dict[tuple[str, str], list[str]] = {}
        for service, environment, network in settings.networks:
            self._networks.setdefault((service, environment), []).append(network)
        self._based = dict(settings.based)
        self._targets: dict[tuple[str, str], set[str]] = {}
        for host in self._hosts:
            self._targets.setdefault((host.environment, _short(host)), set()).add(_home(host))

    def find(self, service: str, folder: str, environment: str, host: str, port: str) -> Machine:
        """The machine that a host name means for a service whose folder is `folder`."""
        if "$" in host:
            return Machine(host, port, known=host.startswith(("${secret/", "${configmap/")) and host.count("${") == 1)
        networks = self._networks.get((service, environment)) or self._networks.get(
            (service, self._based.get(environment, "-"))
        )
        if host.lower() in LOCAL or not host:
            found = self._published(networks, folder, environment, port)
            return self._machine(found, _inner(found, port)) if found else Machine(host or "localhost", port, known=False)
        match = self._named(networks, folder, environment, host)
        if match:
            return self._machine(match, port)
        # A name without a dot is known only inside a network, and we do not see it: another tree's may be meant.
        return Machine(host.lower().rstrip("."), port, known=networks is not None or host.lower() not in self._by_name)

    def _machine(self, host: Host, port: str) -> Machine:
        name = _short(host)
        if len(self._targets.get((host.environment, name), ())) > 1:
            name = f"{name}.{_realm(_home(host))}"
        return Machine(name, port, host.image, default=host.default)

    def _named(self, networks: list[str] | None, folder: str, environment: str, host: str) -> Host | None:
        """The container or workload of a name, in the networks of the service, else in the nearest deployment."""
        name, namespace = host.rstrip("."), ""
        if dotted := _CLUSTER.match(name):
            name, namespace = dotted[1], dotted[2]
        near = [each for called in dict.fromkeys((host.lower(), name.lower())) for each in self._by_name.get(called, ())]
        if networks is not None:
            inside = [each for each in near if each.network in networks]
            if namespace:
                inside = [each for each in near if each.network.endswith(f":{namespace}")] or inside
            # A project that is started together with another (`-f base.yml -f addon.yml`): a name that exists once is that one.
            alone = len({(each.target, each.network) for each in near}) == 1 and not inside and not namespace
            return self._best(near if alone else inside, folder, environment)
        return self._best((each for each in near if not self._is_of_another_service(each.network, folder)), folder, environment)

    def _is_of_another_service(self, network: str, folder: str) -> bool:
        """Whether a Compose project is that of another service, in whose folder it lies: its names are known in there alone."""
        kind, _, rest = network.partition(":")
        place = posixpath.normpath(rest.partition(":")[0])
        own = posixpath.normpath(folder)
        around = f"{own}/".startswith(f"{place}/")
        holders = [each for each in self._folders if f"{place}/".startswith(f"{each}/")]
        return kind == "compose" and not around and bool(holders) and max(holders, key=len) != own

    def _published(self, networks: list[str] | None, folder: str, environment: str, port: str) -> Host | None:
        """The container that is reached by a port of the developer's machine."""
        near = [each for each in self._hosts if any(published == port for published, _ in each.ports)]
        return self._best([each for each in near if networks is None or each.network in networks] or near, folder, environment)

    def _best(self, hosts: Iterable[Host], folder: str, environment: str) -> Host | None:
        """The host of the same environment, in the deployment nearest to the service's folder; none where that is unclear."""
        ranked = sorted(
            hosts, key=lambda each: (each.environment != environment, bool(each.environment), -_nearness(each.network, folder))
        )
        return ranked[0] if ranked else None


def _short(host: Host) -> str:
    return host.target.lower()


def _realm(network: str) -> str:
    """A Compose project by the name it has, else its folder; a namespace by its name."""
    _, _, rest = network.partition(":")
    return re.sub(r"[^\w.]+", "-", rest.partition(":")[2] or rest).strip("-.") or "default"


def _home(host: Host) -> str:
    return host.home or host.network


def _inner(host: Host, port: str) -> str:
    return next((inner for published, inner in host.ports if published == port), port)


def _nearness(network: str, folder: str) -> int:
    """How near a Compose project's folder is to the folder of a service: one inside the other beats a neighbour."""
    kind, _, rest = network.partition(":")
    place = rest.partition(":")[0]
    if kind != "compose":
        return 0
    shared = in_common(posixpath.normpath(place), posixpath.normpath(folder))
    return 100 + shared if folder == place or folder.startswith(f"{place}/") else shared
