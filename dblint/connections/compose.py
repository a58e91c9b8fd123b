"""The containers of Docker Compose projects with their environment.

Files of one folder form a project, as `docker compose` reads them: the base file, its override, and variants such as
`docker-compose.prod.yml`; `dblint.connections.variants` says which of them are parts of one project, and which environments.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from dblint.config.document import DocumentError, Node, documents
from dblint.connections.composing import variant_of
from dblint.connections.forms import Entry, dotenv, entry, nodes
from dblint.connections.model import Environment, Setting
from dblint.connections.variants import File, apart, services_of, variant
from dblint.connections.workloads import Workload, first_values
from dblint.model.facts import Problem
from dblint.model.place import Place

TextOf = Callable[[str], str | None]
"""The text of a file of the tree, None where there is none."""

_MAX_DEPTH = 12


def workloads(paths: Iterable[str], text_of: TextOf, problems: list[Problem]) -> Iterator[Workload]:
    """The containers of every Compose project among `paths`; what could not be read is added to `problems`."""
    projects: dict[str, list[File]] = defaultdict(list)
    for path in paths:
        word = variant_of(path)
        root = _load(path, text_of, problems) if word is not None else None
        if word is not None and root is not None:
            environment, rank = variant(path, word.lower())
            projects[posixpath.dirname(path)].append(File(path, root, environment, rank))
    for folder, found in sorted(projects.items()):
        files = apart(found)
        reader = _Project(folder, files, text_of, problems)
        for environment in sorted({file.environment for file in files}):
            yield from reader.workloads(environment)


def _load(path: str, text_of: TextOf, problems: list[Problem]) -> Node | None:
    text = text_of(path)
    if text is None:
        return None
    try:
        roots = documents(text)
    except DocumentError as error:
        problems.append(Problem(path, error.reason, error.line))
        return None
    return roots[0] if roots and roots[0].kind == "mapping" else None


class _Project:
    """One Compose project: the files of a folder and what they include."""

    def __init__(self, folder: str, files: list[File], text_of: TextOf, problems: list[Problem]) -> None:
        self.folder, self.files, self.text_of, self.problems = folder, files, text_of, problems
        named = (file.root.get("name") for file in sorted(files, key=lambda file: file.rank))
        own = next((name.text for name in named if name is not None and name.kind == "scalar"), "")
        self.name = f"compose:{folder or '.'}" + (f":{own}" if own and "$" not in own else "")

    def workloads(self, environment: str) -> Iterator[Workload]:
        """The containers in one environment: those of its files, filled up from the files that hold for all."""
        own = sorted((file for file in self.files if file.environment == environment), key=lambda file: (file.rank, file.path))
        base = sorted((file for file in self.files if not file.environment), key=lambda file: (file.rank, file.path))
        files = own if not environment or not _completes(own, base) else [*own, *base]
        defaults = self._defaults(environment, own[0].path)
        parts: dict[str, list[tuple[Node, Node, str]]] = defaultdict(list)
        shared: dict[str, str] = {}
        for file in files:
            for path, root in self._with_included(file.path, file.root, set()):
                shared |= _external(root)
                for key, service in services_of(root):
                    parts[key.text].append((key, service, path))
        for name, written in parts.items():
            yield self._workload(name, written, environment, defaults, shared)

    def _with_included(self, path: str, root: Node, seen: set[str]) -> Iterator[tuple[str, Node]]:
        """A file and those that it includes, each once."""
        if path in seen or len(seen) > 50:
            return
        seen.add(path)
        yield path, root
        include = root.get("include")
        for item in include.items if include else ():
            target = item if item.kind == "scalar" else item.get("path")
            for written in target.words() if target else ():
                inner = _inside(posixpath.dirname(path), written.text)
                found = _load(inner, self.text_of, self.problems) if inner else None
                if found is not None and inner:
                    yield from self._with_included(inner, found, seen)

    def _defaults(self, environment: str, path: str) -> Environment:
        """What `.env` beside the project sets for `${…}` in its files, and in folders above: there people start Compose.

        Source: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/
        """
        settings: dict[str, Setting] = {}
        for name in (
            f".env.{environment}" if environment else "",
            ".env",
            ".env.example",
            ".env.sample",
            ".env.dist",
            ".env.template",
        ):
            for folder in _upwards(self.folder) if name else ():
                found = posixpath.join(folder, name)
                for item in dotenv(self.text_of(found) or ""):
                    settings.setdefault(item.name, Setting("", item.name, item.value, Place(found, item.line)))
        for item in dotenv(self.text_of(posixpath.join(self.folder, ".env.override")) or ""):
            settings[item.name] = Setting("", item.name, item.value, Place(path, item.line))
        return Environment("", environment, settings)

    def _workload(
        self, name: str, written: list[tuple[Node, Node, str]], environment: str, defaults: Environment, shared: dict[str, str]
    ) -> Workload:
        """One container, its parts merged, the strongest first."""
        entries: list[tuple[Entry, str]] = []
        chain = [(node, path) for _, node, path in written]
        chain = [link for node, path in chain for link in self._extended(node, path, set())]
        for node, path in chain:
            entries += [(item, path) for item in self._environment(node, defaults)]
        for node, path in chain:
            entries += self._files(node, path, defaults)
        first, _, path = written[0]
        texts = {key: self._text(chain, key, defaults) for key in ("image", "container_name", "hostname")}
        own_networks = [net for node, _ in chain for net in _names(node.get("networks"))]
        return Workload(
            name=name,
            network=self.name,
            environment=environment,
            place=_start(written) or Place(path, first.line, first.column),
            kind="compose",
            entries=first_values(entries),
            image=texts["image"],
            names=tuple(dict.fromkeys(word for word in (*_aliases(chain), texts["container_name"], texts["hostname"]) if word)),
            paths=tuple(dict.fromkeys(place for node, where in chain for place in _paths(node, where, defaults))),
            words=tuple(_command_words(chain, defaults)),
            volumes=tuple(volume for node, where in chain for volume in _volumes(node, where)),
            ports=tuple(port for node, _ in chain for port in _ports(node, defaults)),
            depends=tuple(dict.fromkeys(word for node, _ in chain for word in _names(node.get("depends_on")))),
            networks=tuple(dict.fromkeys(shared[net] for net in own_networks if net in shared)),
            command=" ".join(_command_words(chain, defaults)),
        )

    def _extended(self, node: Node, path: str, seen: set[tuple[str, str]]) -> Iterator[tuple[Node, str]]:
        """A service's node and those that it extends."""
        yield node, path
        extends = node.get("extends")
        if extends is None or len(seen) > _MAX_DEPTH:
            return
        target = extends if extends.kind == "scalar" else extends.get("service")
        file = extends.get("file") if extends.kind == "mapping" else None
        where = _inside(posixpath.dirname(path), file.text) if file is not None else path
        if target is None or where is None:
            return
        if (where, target.text) in seen:
            self.problems.append(Problem(path, "cyclic-extends", extends.line))
            return
        root = _load(where, self.text_of, []) if where else None
        services = root.get("services") if root is not None else None
        found = services.get(target.text) if services else None
        if found is None:
            self.problems.append(Problem(path, "missing-file", extends.line, f"extends {where}"))
        else:
            yield from self._extended(found, where, seen | {(where, target.text)})

    def _environment(self, node: Node, defaults: Environment) -> Iterator[Entry]:
        """What `environment:` says, as a map or as a list."""
        written = node.get("environment")
        if written is None:
            return
        for name, value in nodes(written):
            known = defaults.get(name.text) if value.empty else None
            text = known.value if known else "" if value.empty else value.text
            yield from _resolved(name.text, text, name.line, defaults)
        for item in written.items:
            name_, sign, text = item.text.partition("=")
            known = None if sign else defaults.get(name_)
            if sign or known:
                yield from _resolved(name_, text if sign else known.value if known else "", item.line, defaults)

    def _files(self, node: Node, path: str, defaults: Environment) -> Iterator[tuple[Entry, str]]:
        """What the files of `env_file:` say, the last of them strongest."""
        written = node.get("env_file")
        listed = (written.items or (written,)) if written is not None else ()
        for item in reversed(listed):
            target = item if item.kind == "scalar" else item.get("path")
            optional = item.get("required") if item.kind == "mapping" else None
            if target is None:
                continue
            where = _inside(posixpath.dirname(path), defaults.resolve(target.text))
            text = self.text_of(where) if where else None
            if text is None:
                text, where = self._example(where)
            if text is None:
                if optional is None or optional.text != "false":
                    self.problems.append(Problem(path, "missing-env-file", item.line, target.text))
                continue
            yield from ((resolved, where or path) for found in dotenv(text) for resolved in _resolved(*found, defaults))

    def _example(self, where: str | None) -> tuple[str | None, str | None]:
        """The example beside an env file that nobody commits."""
        for ending in (".example", ".sample", ".dist", ".template"):
            text = self.text_of(where + ending) if where else None
            if text is not None and where:
                return text, where + ending
        return None, where

    @staticmethod
    def _text(chain: list[tuple[Node, str]], key: str, defaults: Environment) -> str:
        values = (node.get(key) for node, _ in chain)
        return next((defaults.resolve(value.text) for value in values if value is not None and value.kind == "scalar"), "")


def _upwards(folder: str) -> Iterator[str]:
    """A folder and those above it."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _completes(own: list[File], base: list[File]) -> bool:
    """Whether the files of an environment are laid over the base rather than complete in themselves."""
    defined = {name.text for file in own for name, _ in services_of(file.root)}
    for file in own:
        for _, service in services_of(file.root):
            if service.get("image") is None and service.get("build") is None and service.get("extends") is None:
                return bool(base)
            if any(needed not in defined for needed in _names(service.get("depends_on"))):
                return bool(base)
    return False


def _resolved(name: str, value: str, line: int, defaults: Environment) -> Iterator[Entry]:
    return entry(name, defaults.resolve(value).replace("$$", "$"), line)


def _start(written: list[tuple[Node, Node, str]]) -> Place | None:
    """Where the container is defined: the part that says what it runs."""
    for name, node, path in written:
        if node.get("build") or node.get("image") or node.get("command"):
            return Place(path, name.line, name.column)
    return None


def _names(node: Node | None) -> list[str]:
    """The names of a list, or the keys of a mapping."""
    if node is None:
        return []
    return [name.text for name, _ in nodes(node)] if node.kind == "mapping" else [item.text for item in node.words()]


def _aliases(chain: list[tuple[Node, str]]) -> Iterator[str]:
    for node, _ in chain:
        for _, network in nodes(node.get("networks") or node) if node.get("networks") else ():
            aliases = network.get("aliases") if network.kind == "mapping" else None
            yield from (alias.text for alias in aliases.words()) if aliases else ()


def _external(root: Node) -> dict[str, str]:
    """The networks of a project that other projects share, by their names here."""
    found: dict[str, str] = {}
    for name, network in nodes(root.get("networks") or Node("mapping", 1, 1)):
        external = network.get("external") if network.kind == "mapping" else None
        inner = external.get("name") if external is not None and external.kind == "mapping" else None
        called = inner or (network.get("name") if network.kind == "mapping" else None)
        if (external is not None and external.text.lower() not in ("false", "no")) or (
            called is not None and "$" not in called.text
        ):
            found[name.text] = f"network:{called.text if called is not None else name.text}"
    return found


def _paths(node: Node, path: str, defaults: Environment) -> Iterator[str]:
    """The folders and files of the tree that a container is built from: its Dockerfile's folder first."""
    here = posixpath.dirname(path)
    build = node.get("build")
    if build is not None:
        context = build if build.kind == "scalar" else build.get("context")
        base = _inside(here, defaults.resolve(context.text) if context is not None else ".")
        docker = build.get("dockerfile") if build.kind == "mapping" else None
        file = _inside(base, defaults.resolve(docker.text)) if docker is not None and base is not None else None
        yield from (where for where in (posixpath.dirname(file) or "." if file else None, base) if where)
    # A container that mounts a folder runs what is in it; one that mounts files only reads them.
    for source, _ in _volumes(node, path):
        if not source.startswith("volume:") and "." not in posixpath.basename(source) and build is None:
            yield source


def _volumes(node: Node, path: str) -> Iterator[tuple[str, str]]:
    """What is mounted, a path of the tree or `volume:` and a name, and where."""
    for item in (node.get("volumes") or Node("sequence", 1, 1)).items:
        if item.kind == "scalar":
            source, _, target = item.text.partition(":")
            target = target.partition(":")[0]
        else:
            one, other = item.get("source"), item.get("target")
            source, target = (one.text if one else ""), (other.text if other else "")
        if not source or not target:
            continue
        inside = _inside(posixpath.dirname(path), source) if source.startswith((".", "$")) else None
        yield (inside if inside is not None else f"volume:{source}"), target


def _ports(node: Node, defaults: Environment) -> Iterator[tuple[str, str]]:
    """Published and inner ports."""
    for item in (node.get("ports") or Node("sequence", 1, 1)).items:
        if item.kind == "mapping":
            published, inner = item.get("published"), item.get("target")
            if published is not None and inner is not None:
                yield defaults.resolve(published.text), inner.text
            continue
        parts = defaults.resolve(item.text).partition("/")[0].split(":")
        if len(parts) > 1:
            yield parts[-2], parts[-1]


def _command_words(chain: list[tuple[Node, str]], defaults: Environment) -> Iterator[str]:
    """The words of the command that tell one program from another."""
    for key in ("entrypoint", "command"):
        found = next((value for node, _ in chain if (value := node.get(key)) is not None), None)
        for item in found.words() if found is not None else ():
            yield from (
                word for word in re.split(r"[\s\"']+", defaults.resolve(item.text)) if word and not word.startswith("-")
            )


def _inside(base: str | None, path: str) -> str | None:
    """`path` relative to `base`, as a path below the root; None if it is elsewhere."""
    if base is None or not path or "://" in path or path.startswith(("git@", "~", "/")):
        return None
    normal = posixpath.normpath(posixpath.join(base, path.replace("${PWD}", ".").replace("$PWD", ".")))
    return None if normal.startswith("..") or "$" in normal else normal
