"""What `dblint init` writes: texts made from an analysis, and additions to files that keep every line that is there."""

from dblint.setup.configuration import completed, configuration
from dblint.setup.gates import GITHUB, GITLAB, PRE_COMMIT, Gate, github, gitlab, hooked
from dblint.setup.overview import overview
from dblint.setup.relays import relays

__all__ = [
    "GITHUB",
    "GITLAB",
    "PRE_COMMIT",
    "Gate",
    "completed",
    "configuration",
    "github",
    "gitlab",
    "hooked",
    "overview",
    "relays",
]
