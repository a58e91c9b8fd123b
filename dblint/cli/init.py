"""`dblint init`: from a tree to a configuration, a baseline, a hook and a CI job, without losing a line that is there."""

import json
import sys
from pathlib import Path

import click
from msgspec.structs import replace

from dblint import __version__, gate, setup
from dblint.baseline import FOLDER, BaselineError, read, rendered, updated
from dblint.cli.analysing import analysed
from dblint.cli.configuring import configured
from dblint.cli.errors import CannotRun
from dblint.cli.output import emit, write_file
from dblint.cli.scene import damaged
from dblint.config import Configuration, find
from dblint.config import schema as schema_of
from dblint.history import is_repository
from dblint.model.base import Fact
from dblint.model.tree import Service
from dblint.pipeline import Analysis
from dblint.report.coverage import count
from dblint.report.escape import show

SCHEMA = ".dblint/dblint.schema.json"


class InitOptions(Fact, frozen=True):
    """The options of `dblint init`; None where the user is asked."""

    path: Path
    yes: bool = False
    dry_run: bool = False
    baseline: bool | None = None
    hook: bool | None = None
    ci: str | None = None


def init(options: InitOptions) -> None:
    """Detect, show, and write what is missing.

    Raises:
        CannotRun: if there is nobody to ask, or a file cannot be written.
    """
    if not options.yes and not options.dry_run and not sys.stdin.isatty():
        raise CannotRun("there is nobody to ask", "--yes takes every proposal, --dry-run only shows what would be done")
    path = options.path
    configuration = configured(path, None)
    try:
        read(path)
    except BaselineError as error:
        raise damaged(error) from None
    if configuration.prefix:
        raise CannotRun(f"the system has a configuration above '{path}'", f"dblint init {find(path.absolute()).parent}")  # type: ignore[union-attr]  # a prefix comes from a file
    detected = analysed(path, replace(configuration, services=()))
    emit(setup.overview(detected.tree.services, detected.system))
    writer = _Writer(options)
    became = _configure(writer, configuration, detected)
    _baseline(writer, became)
    if is_repository(path):
        _hook(writer)
    _ci(writer)
    writer.close()


class _Writer:
    """Writes files, or says what it would write."""

    def __init__(self, options: InitOptions) -> None:
        self.options = options
        self.root = options.path
        self._did = False

    def agreed(self, choice: bool | None, question: str) -> bool:
        """Whether the user wants something: as the option says, else as answered."""
        if choice is not None:
            return choice
        return self.options.yes or self.options.dry_run or click.confirm(question, default=True, err=True)

    def read(self, path: str) -> str | None:
        """The text of a file; None if there is none."""
        try:
            return (self.root / path).read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            raise CannotRun(f"{path} cannot be read as UTF-8 text") from None

    def write(self, path: str, text: str, what: str) -> None:
        """Write a file that is new or differs."""
        if self.read(path) == text:
            return
        self._did = True
        if self.options.dry_run:
            emit(f"would write {path}: {what}\n" + "".join(f"  | {show(line)}\n" for line in text.splitlines()[:60]))
            return
        try:
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            write_file(self.root / path, text.encode())
        except OSError as error:
            raise CannotRun(f"{path} was not written: {error.strerror}", "check the permissions of the folder") from None
        emit(f"wrote {path}: {what}\n")

    def close(self) -> None:
        """Say so if nothing was to be done."""
        if not self._did:
            emit("everything is there already; nothing was changed\n")


def _text(path: Path) -> str:
    """The text of a file whatever its bytes; empty if it cannot be read."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _configure(writer: _Writer, configuration: Configuration, detected: Analysis) -> Analysis:
    """Write or complete the configuration; the analysis by what it says then."""
    schema = json.dumps(schema_of(), indent=2) + "\n"
    if not configuration.path:
        tree = detected.tree
        saying = (*tree.configuration_files, *(file.path for file in tree.files if file.role == "source"))
        relayed = tuple(setup.relays(saying, lambda path: _text(writer.root / path)))
        text = setup.configuration(tree.services, detected.system, SCHEMA, [file.path for file in tree.files], relayed)
        writer.write(SCHEMA, schema, "for completion in editors")
        writer.write("dblint.yaml", text, f"{count(len(detected.tree.services), 'service')} with their evidence")
        return detected if writer.options.dry_run else analysed(writer.root, configured(writer.root, None))
    existing = writer.read(configuration.path) or ""
    missing = _missing(configuration, detected.tree.services) if configuration.services else ()
    text, added = setup.completed(existing, missing, SCHEMA)
    if added:
        writer.write(SCHEMA, schema, "for completion in editors")
        writer.write(configuration.path, text, "added " + " and ".join(added))
    for service in missing:
        if service.name not in text:
            emit(f"not added, since `services` has not one entry per line: {show(service.name)} in {show(service.path)}\n")
    return analysed(writer.root, configured(writer.root, None))


def _missing(configuration: Configuration, services: tuple[Service, ...]) -> tuple[Service, ...]:
    """The detected services of which the configuration knows neither the name nor the folder."""
    folders = {folder for entry in configuration.services for folder in (entry.path, *entry.paths)}
    names = {entry.name for entry in configuration.services}
    return tuple(one for one in services if one.name not in names and one.path not in folders and one.path != ".")


def _baseline(writer: _Writer, analysis: Analysis) -> None:
    """Accept today's findings, once: what comes later is not accepted by setting up again."""
    judged = gate.judged(writer.root, analysis)
    if judged.baseline.files:
        return
    exempt = gate.exempt(analysis)
    found = [one for one in judged.analysis.findings if not one.suppressed and one.rule not in exempt]
    if not found and not judged.unread:
        return
    if writer.agreed(writer.options.baseline, f"Accept the {count(len(found), 'finding')} of today in a baseline?"):
        became, _ = updated(judged.baseline, judged.applied, gate.coverage(analysis), strict=(), exempt=exempt)
        for name, text in rendered(became).items():
            accepted = text.count("\n- rule:")
            writer.write(
                f"{FOLDER}/{name}", text, f"{accepted} kinds of findings accepted" if accepted else "what is not understood"
            )


def _hook(writer: _Writer) -> None:
    proposed = setup.hooked(writer.read(setup.PRE_COMMIT))
    if proposed is None or not writer.agreed(writer.options.hook, "Add a hook to the configuration of pre-commit?"):
        return
    if proposed.trouble:
        emit(proposed.trouble + "\n")
        return
    writer.write(proposed.path, proposed.text, "the hook; `pre-commit install` switches it on")


def _ci(writer: _Writer) -> None:
    choice = writer.options.ci
    if choice is None:
        there = {"github": (writer.root / ".github").is_dir(), "gitlab": (writer.root / ".gitlab-ci.yml").is_file()}
        choice = next((name for name, is_there in there.items() if is_there), "none")
        if choice != "none" and not writer.agreed(None, f"Add a job for {choice}?"):
            choice = "none"
    if choice == "none":
        return
    proposed = setup.github(__version__) if choice == "github" else setup.gitlab(__version__)
    if writer.read(proposed.path) is None:
        writer.write(proposed.path, proposed.text, "the CI job")
