"""Findings that a project accepted on the day it adopted dblint: one reviewable file per owning service, no line numbers."""

from dblint.baseline.applying import Applied, applied
from dblint.baseline.growing import pruned, updated
from dblint.baseline.model import FOLDER, Baseline, BaselineError, Entry, Key
from dblint.baseline.reading import read
from dblint.baseline.writing import rendered

__all__ = [
    "FOLDER",
    "Applied",
    "Baseline",
    "BaselineError",
    "Entry",
    "Key",
    "applied",
    "pruned",
    "read",
    "rendered",
    "updated",
]
