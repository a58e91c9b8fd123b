"""Where answers are kept."""

import os
from collections.abc import Mapping


def cache_folder(environment: Mapping[str, str]) -> str:
    """The user's cache folder: DBLINT_CACHE_DIR, else below XDG_CACHE_HOME or ~/.cache; empty where there is no home."""
    if chosen := environment.get("DBLINT_CACHE_DIR"):
        return os.path.abspath(chosen)
    base = environment.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the XDG specification wants relative ones ignored
        home = environment.get("HOME", "") or environment.get("LOCALAPPDATA", "")
        base = os.path.join(home, ".cache") if home else ""
    return os.path.join(base, "dblint") if base else ""
