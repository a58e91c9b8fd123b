"""What `dblint check` judges: the tree as it lies there or as it is staged, alone or in front of a base."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from dblint import config as configurations
from dblint import gate, history
from dblint.baseline import BaselineError
from dblint.cli.analysing import analysed, quietly
from dblint.cli.configuring import configured
from dblint.cli.engine import stage
from dblint.cli.errors import CannotRun
from dblint.config import Configuration, ConfigurationError
from dblint.consumers import ConsumersError, with_consumers
from dblint.model.base import Fact
from dblint.model.facts import Problem
from dblint.newness import old
from dblint.pipeline import Analysis, Copy


class Scene(Fact, frozen=True):
    """A judged tree.

    `root` holds the files that were judged while the scene is open. `unread` are the files that were not analysed and count;
    `grown` are services with more unresolved database calls than the baseline accepts.
    """

    root: Path
    analysis: Analysis
    unread: tuple[Problem, ...]
    grown: tuple[tuple[str, int, int], ...] = ()


@contextmanager
def scene(
    path: Path,
    config: Path | None,
    *,
    staged: bool = False,
    base: str = "",
    since: Path | None = None,
    consumers: tuple[Path, ...] = (),
    baseline: bool = True,
    quiet: bool = False,
) -> Iterator[Scene]:
    """The judged tree: what is `staged` in front of HEAD, or what is there in front of where it left `base`, or all of it.

    `since` is another copy of the tree to compare with, `consumers` are facts documents of other repositories.

    Raises:
        CannotRun: with every mistake in the configuration or the baseline, or if git cannot give what is asked for.
    """
    try:
        if staged:
            with _staged(path, config) as (here, copy):
                before = _Before(path, config, _head(path))
                yield _compared(path, here, before, copy=copy, consumers=consumers, baseline=baseline, quiet=quiet)
        elif base or since:
            before = _Before(path, config, history.merge_base(path, base) if base else "", since)
            yield _compared(path, path, before, copy=None, consumers=consumers, baseline=baseline, quiet=quiet)
        else:
            analysis = analysed(path, configured(path, config), quiet=quiet)
            with stage("baseline"):
                judged = gate.judged(path, analysis, baseline=baseline)
            yield Scene(path, judged.analysis, judged.unread, judged.grown)
    except history.HistoryError as error:
        raise CannotRun(str(error), error.remedy) from None
    except BaselineError as error:
        raise damaged(error) from None
    except ConsumersError as error:
        raise CannotRun(str(error), "`dblint facts --format json` writes one") from None


class _Before(NamedTuple):
    """What a tree is compared with: a commit (empty for nothing at all), or another copy of the tree."""

    path: Path
    config: Path | None
    commit: str
    since: Path | None = None

    def analysis(self, configuration: Configuration) -> Analysis | None:
        """The analysis of it; None where there was nothing."""
        if self.since is not None:
            return analysed(self.since, configuration, quiet=True)
        return _before(self.path, self.config, self.commit, configuration) if self.commit else None

    def renamed(self) -> dict[str, str]:
        """Files with what they were called."""
        if not self.commit:
            return {}
        return {one.path: one.old for one in history.changed_files(self.path, self.commit) if one.status == "renamed"}


def both(path: Path, config: Path | None, base: str) -> tuple[Analysis | None, Analysis]:
    """The analysis of the commit at which the tree left `base` (None where that was empty), and of the tree in front of it.

    Raises:
        CannotRun: with every mistake in the configuration, or if git cannot give what is asked for.
    """
    try:
        configuration = configured(path, config)
        before = _before(path, config, history.merge_base(path, base), configuration)
        return before, analysed(path, configuration, base=before.system if before else None)
    except history.HistoryError as error:
        raise CannotRun(str(error), error.remedy) from None


def damaged(error: BaselineError) -> CannotRun:
    """The refusal of a baseline that cannot be read; nothing of it was overwritten."""
    remedy = "restore the files from git, or delete the broken ones and run `dblint baseline update`"
    return CannotRun(f"the baseline cannot be used\n{error}", remedy)


def _compared(
    path: Path,
    here: Path,
    base: _Before,
    *,
    copy: Copy | None,
    consumers: tuple[Path, ...],
    baseline: bool,
    quiet: bool,
) -> Scene:
    """The tree in `here`, which is called `path`, in front of what was before."""
    configuration = configured(here, base.config)
    with stage("the base"):
        before = base.analysis(configuration)
    analysis = analysed(here, configuration, quiet=quiet, base=before.system if before else None, copy=copy)
    if consumers:
        analysis = with_consumers(analysis, consumers, datetime.now(tz=UTC).date())
    analysis = replace(analysis, tree=replace(analysis.tree, root=str(path)))
    renamed = base.renamed()
    known = old(analysis.findings, before.findings if before else (), renamed)
    with stage("baseline"):
        judged = gate.judged(here, analysis, known=known, whole=False, baseline=baseline)
    new = tuple(finding for finding in judged.analysis.findings if finding.fingerprint not in known)
    unread_before = {(one.path, one.reason) for one in gate.problems(before)} if before else set()
    unread = (one for one in judged.unread if (renamed.get(one.path, one.path), one.reason) not in unread_before)
    return Scene(here, replace(judged.analysis, findings=new), tuple(unread))


def _before(path: Path, config: Path | None, commit: str, configuration: Configuration) -> Analysis | None:
    """The analysis of a commit by today's configuration and yesterday's allowances; None where there was nothing."""
    with _checked_out(path, config, commit) as (here, copy):
        try:
            allowed = configurations.load(config, here).allow
        except ConfigurationError:
            allowed = configuration.allow
        return quietly(here, replace(configuration, allow=allowed), copy)


def _head(path: Path) -> str:
    """The commit that is checked out; empty before the first one, when everything is new."""
    return history.commit_of(path, "HEAD") if history.has_commits(path) else ""


def _top(path: Path, config: Path | None) -> Path:
    """The folder whose files are needed: the scanned one, or that of its configuration above it."""
    found = None if config else configurations.find(path)
    return path if found is None or found.parent == path.absolute() else found.parent


@contextmanager
def _staged(path: Path, config: Path | None) -> Iterator[tuple[Path, Copy]]:
    """A copy of `path` as it is in the index."""
    with ExitStack() as stack:
        with stage("copy the index"):
            made = stack.enter_context(_checked_out(path, config, ""))
        yield made


@contextmanager
def _checked_out(path: Path, config: Path | None, commit: str) -> Iterator[tuple[Path, Copy]]:
    """A copy of `path` as it is in a commit, or in the index where no commit is given."""
    top = _top(path, config)
    entries = history.entries_at(top, commit) if commit else history.entries_staged(top)
    with history.materialised(top, entries) as folder:
        here = folder / path.absolute().relative_to(top.absolute())
        here.mkdir(parents=True, exist_ok=True)
        if here != folder:
            # The configuration lies above: it is looked for up to here and no further.
            (folder / ".git").write_bytes(b"")
        what = "commit" if commit else "index"
        yield here, Copy(f"{path.absolute()} {what}", history.identity(entries))
