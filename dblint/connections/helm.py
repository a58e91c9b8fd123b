"""Helm charts: templates filled with the chart's values as far as plain references go, and values that name variables."""

import posixpath
import re
from collections.abc import Iterable, Iterator

from dblint.config.document import DocumentError, Node, documents
from dblint.connections.compose import ENVIRONMENT_WORD, TextOf
from dblint.connections.forms import Entry, flat, nodes
from dblint.connections.kubernetes import ENVIRONMENT, Cluster, Document, read_documents
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
_VARIABLE = re.compile(r"\A[A-Z][A-Z0-9_]{2,}\Z")


def clusters(paths: Iterable[str], text_of: TextOf, problems: list[Problem]) -> Iterator[Cluster]:
    """Each chart's manifests, once for its own values and once for every further file of values."""
    known = tuple(paths)
    charts = sorted({posixpath.dirname(path) for path in known if posixpath.basename(path) == "Chart.yaml"})
    for chart in charts:
        base = posixpath.join(chart, "templates") + "/"
        templates = [path for path in known if path.startswith(base)]
        for path, environment in _value_files(chart, known):
            values = dict(_values(posixpath.join(chart, "values.yaml"), text_of, problems))
            values |= dict(_values(path, text_of, problems)) if environment != ENVIRONMENT else {}
            values["Chart.Name"] = values.get("Chart.Name", posixpath.basename(chart))
            found: list[Document] = []
            for template in templates:
                try:
                    found += read_documents(template, filled(text_of(template) or "", values))
                except DocumentError as error:
                    problems.append(Problem(template, "template", error.line))
            if found:
                yield Cluster(environment, tuple(found))


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
        problems.append(Problem(path, error.reason, error.line))
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
