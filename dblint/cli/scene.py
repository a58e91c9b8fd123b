"""What `dblint check` judges: the tree as it lies there or as it is staged, alone or in front of a base."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from dblint import config as configurations
from dblint import gate, history
from dblint.baseline import BaselineError
from dblint.cli.analysing import analysed, quietly
from dblint.cli.checkout import checked_out
from dblint.cli.configuring import configured
from dblint.cli.engine import stage
from dblint.cli.errors import CannotRun
from dblint.config import Configuration, ConfigurationError
from dblint.consumers import ConsumersError, with_consumers
from dblint.model.base import Fact
from dblint.model.facts import Problem
from dblint.newness import old
from dblint.pipeline import Analysis, Checkout


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
            with checked_out(path, config, "") as there:
                before = _Before(path, config, _head(path), staged=True)
                yield _compared(path, there, before, consumers=consumers, baseline=baseline, quiet=quiet)
        elif base or since:
            before = _Before(path, config, history.merge_base(path, base) if base else "", since)
            yield _compared(path, None, before, consumers=consumers, baseline=baseline, quiet=quiet)
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
    staged: bool = False

    def analysis(self, configuration: Configuration, changed: tuple[history.Changed, ...]) -> Analysis | None:
        """The analysis of it, of which these files `changed`; None where there was nothing."""
        if self.since is not None:
            return analysed(self.since, configuration, quiet=True)
        if not self.commit:
            return None
        own = configuration.rule_folders or configuration.framework_folders or self.config
        names = {name.rpartition("/")[2] for one in changed for name in (one.path, one.old)}
        same = self.staged and not own and not names & {*configurations.NAMES} and not configuration.prefix
        return _before(self.path, self.config, self.commit, configuration, same=same)

    def changed(self) -> tuple[history.Changed, ...]:
        """The files that changed since the commit."""
        return history.changed_files(self.path, self.commit) if self.commit else ()


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
    there: Checkout | None,
    base: _Before,
    *,
    consumers: tuple[Path, ...],
    baseline: bool,
    quiet: bool,
) -> Scene:
    """The tree at `path`, or what was checked out of it, in front of what was before."""
    here = there.root if there else path
    configuration = configured(here, base.config)
    with stage("the base"):
        changed = base.changed()
        before = base.analysis(configuration, changed)
    analysis = analysed(here, configuration, quiet=quiet, base=before.system if before else None, checkout=there)
    if consumers:
        analysis = with_consumers(analysis, consumers, datetime.now(tz=UTC).date())
    analysis = replace(analysis, tree=replace(analysis.tree, root=str(path)))
    renamed = {one.path: one.old for one in changed if one.status == "renamed"}
    known = old(analysis.findings, before.findings if before else (), renamed)
    with stage("baseline"):
        judged = gate.judged(here, analysis, known=known, whole=False, baseline=baseline)
    new = tuple(finding for finding in judged.analysis.findings if finding.fingerprint not in known)
    unread_before = {(one.path, one.reason) for one in gate.problems(before)} if before else set()
    unread = (one for one in judged.unread if (renamed.get(one.path, one.path), one.reason) not in unread_before)
    return Scene(here, replace(judged.analysis, findings=new), tuple(unread))


def _before(
    path: Path, config: Path | None, commit: str, configuration: Configuration, *, same: bool = False
) -> Analysis | None:
    """The analysis of a commit by today's configuration and yesterday's allowances; None where there was nothing.

    With the `same` configuration in the commit, none of its files is needed where the analysis is remembered.
    """
    with checked_out(path, config, commit, later=same) as there:
        try:
            allowed = configuration.allow if same else configurations.load(config, there.root).allow
        except ConfigurationError:
            allowed = configuration.allow
        return quietly(replace(configuration, allow=allowed), there)


def _head(path: Path) -> str:
    """The commit that is checked out; empty before the first one, when everything is new."""
    try:
        return history.commit_of(path, "HEAD")
    except history.HistoryError:
        if history.has_commits(path):
            raise
        return ""
