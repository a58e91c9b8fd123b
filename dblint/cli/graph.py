"""`dblint graph`: the services and the tables that tie them together, as a picture."""
# ruff: noqa: A002 - a parameter is called what its option is called

import shutil
import subprocess
from pathlib import Path

from dblint.cli.analysing import analysed
from dblint.cli.configuring import configured
from dblint.cli.errors import CannotRun
from dblint.cli.options import did_you_mean
from dblint.cli.output import emit, write_files
from dblint.graph import Coupling, Picture, collapsed, focused, picture, survey
from dblint.report import GRAPH

# Beyond this many edges a drawing inside Markdown cannot be read (and GitHub refuses five hundred).
_READABLE = 50
_DRAWN = ("svg", "png")
_PATIENCE = 120  # seconds for Graphviz


def graph(
    path: Path,
    config: Path | None,
    format: str,
    output: Path | None,
    focus: tuple[str, ...],
    depth: int,
    only_violations: bool,
    level: str,
) -> None:
    """Write the graph.

    Raises:
        CannotRun: if nothing is called as `focus` says, or Graphviz is needed and absent.
    """
    if format == "png" and output is None:
        raise CannotRun("a PNG is not text for the standard output", "give a file: --output graph.png")
    analysis = analysed(path, configured(path, config))
    open_ = {(f.service, f.table) for f in analysis.findings if not f.suppressed and not f.baselined}
    whole = picture(survey(Coupling(analysis.system), analysis.tree.services), open_, only_violations=only_violations)
    if focus:
        whole = _focused(whole, focus, depth)
    if level == "service" or (level == "auto" and format == "mermaid" and len(whole.edges) > _READABLE):
        whole = collapsed(whole)
    text = GRAPH["dot" if format in _DRAWN else format](whole, analysis.system.coverage)
    if format in _DRAWN:
        data = _draw(text, format)
        if output is None:
            emit(data.decode("utf-8", "replace"))
        else:
            write_files([(output, data)])
    elif output is None:
        emit(text)
    else:
        write_files([(output, text)])


def _focused(whole: Picture, names: tuple[str, ...], depth: int) -> Picture:
    known = {node.name for node in whole.nodes}
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            raise CannotRun(f"no service or shared table is called '{name}'{hint}", "`dblint facts` lists all")
    return focused(whole, names, depth)


def _draw(text: str, format: str) -> bytes:
    """The picture that Graphviz makes of a DOT text."""
    program = shutil.which("dot")
    if program is None:
        raise CannotRun(
            f"Graphviz is needed for {format} and `dot` is not on the PATH", "install Graphviz, or use --format dot"
        )
    try:
        run = subprocess.run(  # noqa: S603 - a fixed program; the text goes to its input and is escaped
            [program, f"-T{format}"], input=text.encode(), capture_output=True, check=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError):
        raise CannotRun(f"Graphviz could not draw the {format}", "use --format dot, and --focus for a smaller graph") from None
    return run.stdout
