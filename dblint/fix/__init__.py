"""Rewrites files without touching anything else in them: suppressions that nothing needs go, reasoned ones come.

The only door to libcst.
"""

from dblint.fix.edits import Insertion, Removal, edited

__all__ = ["Insertion", "Removal", "edited"]
