"""From a folder and its configuration to an analysis that is not empty."""

from pathlib import Path

from dblint.cli.configuring import mistaken
from dblint.cli.engine import settings, stopwatch, warn
from dblint.cli.errors import CannotRun
from dblint.config import Configuration, ConfigurationError
from dblint.discover.listing import DiscoveryError
from dblint.frameworks import FrameworkError
from dblint.model.system import System
from dblint.pipeline import Analysis, Checkout, analyse
from dblint.query import QueryError
from dblint.report.coverage import unsupported
from dblint.report.progress import progress, unwatched


def analysed(
    path: Path,
    configuration: Configuration,
    *,
    quiet: bool = False,
    base: System | None = None,
    checkout: Checkout | None = None,
) -> Analysis:
    """The analysis of a folder (or of what was checked out to it), in front of the system as it was where there is a `base`.

    Raises:
        CannotRun: if there is nothing to analyse, which must not look like a clean result.
    """
    try:
        with unwatched() if quiet else progress() as tell:
            analysis = analyse(
                path,
                configuration,
                progress=tell,
                settings=settings(),
                base=base,
                warn=warn,
                checkout=checkout,
                watch=stopwatch(),
            )
    except ConfigurationError as error:
        raise mistaken(error) from None
    except QueryError as error:
        raise CannotRun(f"the query of a rule cannot be answered: {error}", "`dblint query` tries it") from None
    except (DiscoveryError, FrameworkError) as error:
        raise CannotRun(str(error)) from None
    except BrokenPipeError as error:
        # Only the reader of the standard output may go away in silence; a worker that is gone is our bug.
        raise RuntimeError from error
    refuse_emptiness(path, analysis)
    return analysis


def quietly(configuration: Configuration, checkout: Checkout) -> Analysis | None:
    """The analysis of a tree that may well be empty, then None; for what is only compared with."""
    try:
        return analyse(checkout.root, configuration, progress=None, settings=settings(), checkout=checkout)
    except (DiscoveryError, ConfigurationError):
        return None


def refuse_emptiness(path: Path, analysis: Analysis) -> None:
    """Nothing, if there was something to analyse.

    Raises:
        CannotRun: saying what is missing and what to do about it.
    """
    tree = analysis.tree
    found = tree.problems or analysis.system.problems or analysis.system.connections
    if not any(file.role == "source" for file in tree.files) and not found:
        seen = f"; seen but not read: {unsupported(tree)}" if tree.unsupported else ""
        remedy = "give the folder that holds the services, and check that neither .gitignore nor `exclude` leaves them out"
        raise CannotRun(f"there is nothing to analyse in '{path}'{seen}", remedy)
    if not any(service.kind == "service" for service in tree.services):
        raise CannotRun(
            f"no service was found in '{path}'",
            "declare them in dblint.yaml, for example\n  version: 1\n  services:\n    - {name: orders, path: services/orders}",
        )
