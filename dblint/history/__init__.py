"""What git remembers of a tree: a commit, the staged index, and what changed; the work tree is never touched."""

from dblint.history.changes import Changed, changed_files, commit_of, has_commits, merge_base
from dblint.history.git import HistoryError, is_repository
from dblint.history.trees import Copied, Entry, copied, entries_at, entries_staged, identity, lies_there, staged, tree_at

__all__ = [
    "Changed",
    "Copied",
    "Entry",
    "HistoryError",
    "changed_files",
    "commit_of",
    "copied",
    "entries_at",
    "entries_staged",
    "has_commits",
    "identity",
    "is_repository",
    "lies_there",
    "merge_base",
    "staged",
    "tree_at",
]
