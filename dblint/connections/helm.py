"""Helm charts: templates filled with the chart's values as far as plain references go, and values that name variables."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from dblint.config.document import DocumentError, Node, documents
from dblint.connections.compose import TextOf
from dblint.connections.forms import Entry, flat, is_template, nodes
from dblint.connections.kubernetes import ENVIRONMENT, Cluster, Document, read_documents
from dblint.connections.skaffold import Release
from dblint.connections.variants import ENVIRONMENT_WORD
from dblint.connections.workloads import Workload
from dblint.model.facts import Problem
from dblint.model.place import Place

_VALUES = re.compile(r"\Avalues(?:[.\-_]([\w.\-]+))?\.ya?ml\Z", re.IGNORECASE)
_ACTION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_CONTROL = re.compile(
    r"(?:if|else|end|range|with|define|block|template|/\*|fail|toYaml|tpl|\$\w*\s*:?=|include\s+\S*(?:[lL]abels|annotations))"
)
_NAME = re.compile(r"\Ainclude\s+\"[^\"]*[nN]ame[^\"]*\"")
_REFERENCE = re.compile(r"\A\(?\s*(?:default\s+(\"[^\"]*\"|[\w.\-]+)\s+)?\$?\.Values\.([\w.\-]+)")
_DEFAULT = re.compile(r"\|\s*default\s+(\"[^\"]*\"|'[^']*'|[\w.\-]+)")
_DEEPEST = 5
_VARIABLE = re.compile(r"\A[A-Z][A-Z0-9_]{2,}\Z")


def clusters(
    paths: Iterable[str], text_of: TextOf, problems: list[Problem], releases: Iterable[Release] = ()
) -> Iterator[Cluster]:
    """Each chart's manifests, once for its own values, for every further file of values and for every release.

    A chart that others depend on is filled with what these say for it. Source: Helm's guide to sub-charts and global values.
    """
    known = tuple(paths)
    charts = _Charts(known, text_of, problems)
    for chart in charts.folders:
        base = posixpath.join(chart, "templates") + "/"
        templates = [path for path in known if path.startswith(base)]
        wanted = [(environment, ()) for environment in charts.environments(chart)]
        installed = [(each.environment, (each,)) for each in releases if each.chart in (chart, *charts.above(chart))]
        for environment, release in (*wanted, *installed):
            for values in charts.values(chart, environment, release):
                values["Chart.Name"] = values.get("Chart.Name", posixpath.basename(chart))
                found: list[Document] = []
                for template in templates:
                    try:
                        found += read_documents(template, filled(text_of(template) or "", values))
                    except DocumentError as error:
                        problems.append(Problem(template, "template", error.line))
                if found:
                    yield Cluster(environment, tuple(found))


class _Charts:
    """The charts of a tree, and which of them are parts of others."""

    def __init__(self, paths: tuple[str, ...], text_of: TextOf, problems: list[Problem]) -> None:
        self._paths, self._text_of, self._problems = paths, text_of, problems
        self.folders = sorted({posixpath.dirname(path) for path in paths if posixpath.basename(path) == "Chart.yaml"})
        self._parents: dict[str, list[tuple[str, str]]] = {}
        for folder in self.folders:
            for child, key in self._parts_of(folder):
                self._parents.setdefault(child, []).append((folder, key))

    def _parts_of(self, folder: str) -> Iterator[tuple[str, str]]:
        """The charts that a chart installs with itself, each with the word under which its values stand."""
        told: set[str] = set()
        for name in ("Chart.yaml", "requirements.yaml"):
            for item in _items(self._text_of(posixpath.join(folder, name)), "dependencies"):
                called, alias, source = (item.get(key) for key in ("name", "alias", "repository"))
                if called is None:
                    continue
                local = source.text.removeprefix("file://") if source is not None and "file://" in source.text else ""
                child = posixpath.normpath(posixpath.join(folder, local or f"charts/{called.text}"))
                told.add(child)
                if child in self.folders and child != folder:
                    yield child, (alias or called).text
        inside = (other for other in self.folders if posixpath.dirname(other) == posixpath.join(folder, "charts"))
        yield from ((other, posixpath.basename(other)) for other in inside if other not in told)

    def above(self, chart: str) -> tuple[str, ...]:
        """The charts that a chart is a part of, directly or not."""
        found: list[str] = []
        pending = [chart]
        while pending:
            for parent, _ in self._parents.get(pending.pop(), ()):
                if parent not in found and parent != chart:
                    found.append(parent)
                    pending.append(parent)
        return tuple(found)

    def environments(self, chart: str) -> tuple[str, ...]:
        """The environments for which there are values of a chart or of those above it, the default first."""
        files = (pair for folder in (chart, *self.above(chart)) for pair in _value_files(folder, self._paths))
        return tuple(dict.fromkeys(environment for _, environment in files))

    def values(self, chart: str, environment: str, releases: tuple[Release, ...], depth: int = 0) -> list[dict[str, str]]:
        """The values of a chart in one environment, once for every place where another chart installs it."""
        files = [path for path, where in _value_files(chart, self._paths) if where in (ENVIRONMENT, environment)]
        own: dict[str, str] = {}
        for path in files:
            own |= dict(_values(path, self._text_of, self._problems))
        for release in releases:
            if release.chart == chart:
                for path in release.files:
                    own |= dict(_values(path, self._text_of, self._problems))
                own |= dict(release.values)
        parents = self._parents.get(chart, ()) if depth < _DEEPEST else ()
        return [
            {**own, **_handed_down(above, key)}
            for parent, key in parents
            for above in self.values(parent, environment, releases, depth + 1)
        ] or [own]


def _handed_down(values: Mapping[str, str], key: str) -> dict[str, str]:
    """What a chart's values say for the part of it under `key`, and for all parts."""
    own = {name.removeprefix(f"{key}."): value for name, value in values.items() if name.startswith(f"{key}.")}
    return {name: value for name, value in values.items() if name.startswith("global.")} | own


def _items(text: str | None, key: str) -> tuple[Node, ...]:
    try:
        roots = documents(text) if text else ()
    except DocumentError:
        return ()  # a chart that Helm could not read either
    return next((found.items for root in roots if (found := root.get(key)) is not None), ())


def workloads(paths: Iterable[str], text_of: TextOf) -> Iterator[Workload]:
    """What files of values set by the name of a variable, for the chart or the part of it that it stands under."""
    for path in paths:
        named = _VALUES.match(posixpath.basename(path))
        if not named:
            continue
        try:
            roots = documents(text_of(path) or "")
        except DocumentError:
            continue  # told where the chart is read
        chart = posixpath.basename(posixpath.dirname(path))
        for root in roots[:1]:
            for part, place, entries in _parts(root, chart):
                environment = _environment(named[1] or "")
                yield Workload(
                    name=part,
                    network=f"{ENVIRONMENT}:",
                    environment=environment,
                    place=Place(path, place.line, place.column),
                    kind="helm",
                    entries=tuple((item, path) for item in entries),
                    words=(chart, named[1] or ""),
                )


def filled(text: str, values: dict[str, str]) -> str:
    """A template whose references to values are filled in; lines that only steer are blank, the rest stays as holes."""

    def replaced(found: re.Match[str]) -> str:
        action = found[1]
        if _CONTROL.match(action):
            return "\n" * found[0].count("\n")
        reference = _REFERENCE.match(action)
        default = _DEFAULT.search(action)
        fallback = default[1] if default else reference[1] if reference and reference[1] else ""
        if reference:
            value = values.get(reference[2], fallback.strip("\"'"))
        elif _NAME.match(action):
            value = values["Chart.Name"]
        else:
            value = values.get(action.lstrip(".").split(" ")[0], fallback.strip("\"'"))
        if value == "" and reference:
            value = f"${{values:{reference[2]}}}"
        elif value == "":
            value = "release"
        return f'"{value}"' if re.search(r"\|\s*(?:quote|squote)\b", action) else value

    lines = _ACTION.sub(replaced, text).split("\n")
    return "\n".join("" if line.strip() in ('""', "release") else line for line in lines)


def _value_files(chart: str, paths: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield posixpath.join(chart, "values.yaml"), ENVIRONMENT
    for path in paths:
        named = _VALUES.match(posixpath.basename(path))
        if named and named[1] and path.startswith(f"{chart}/") and ENVIRONMENT_WORD.match(named[1]):
            yield path, f"{ENVIRONMENT}:{named[1].lower()}"


def _environment(word: str) -> str:
    return f"{ENVIRONMENT}:{word.lower()}" if ENVIRONMENT_WORD.match(word) else ENVIRONMENT


def _values(path: str, text_of: TextOf, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """The values of a file by their dotted names."""
    text = text_of(path)
    try:
        roots = documents(text) if text else ()
    except DocumentError as error:
        problems.append(Problem(path, "template" if is_template(text or "") else error.reason, error.line))
        return
    for root in roots[:1]:
        yield from ((item.name, item.value) for item in flat(root))


def _parts(root: Node, chart: str) -> Iterator[tuple[str, Node, list[Entry]]]:
    """The blocks of variables of a file of values, each with the part of the chart that it belongs to."""
    pending: list[tuple[Node, str, Node, int]] = [(root, chart, root, 0)]
    while pending:
        node, part, place, depth = pending.pop()
        found = [item for item in flat(node) if _VARIABLE.match(item.name)] if _holds_variables(node) else []
        if found:
            yield part, place, found
            continue
        for name, value in nodes(node) if depth < 8 else ():
            holder = part if name.text.lower() in _BLOCKS else name.text
            pending.append((value, holder, name, depth + 1))


_BLOCKS = frozenset(
    {
        "env",
        "envs",
        "environment",
        "extraenv",
        "envvars",
        "config",
        "configmap",
        "data",
        "secrets",
        "global",
        "container",
        "deployment",
        "app",
        "services",
        "values",
    }
)


def _holds_variables(node: Node) -> bool:
    """Whether a node is a block of variables: named in capitals, or a list of names and values."""
    if node.kind == "mapping":
        return any(_VARIABLE.match(name.text) and value.kind == "scalar" for name, value in node.pairs)
    return any(item.kind == "mapping" and item.get("name") is not None and item.get("value") is not None for item in node.items)
