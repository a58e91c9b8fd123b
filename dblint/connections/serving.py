"""Files that a configuration server hands out, by the application and the profile after which they are called.

Source: Spring Cloud Config's file-system and git repositories: `{application}-{profile}.yml`, folders `{application}` and
`{profile}`, and `application.yml` for all.
"""

import posixpath
import re
from collections import defaultdict

from dblint.connections.workloads import Owners

_ENDINGS = (".yml", ".yaml", ".properties")
_COMMON = re.compile(r"\A(?:application|common|shared|global|default)(?:-([\w.\-]+))?\Z", re.IGNORECASE)
ALL = "*"


class Handed:
    """Which service each file of a configuration server is for."""

    def __init__(self, paths: tuple[str, ...], owners: Owners) -> None:
        self._owners = owners
        files = [path for path in paths if path.lower().endswith(_ENDINGS)]
        self._common = {posixpath.dirname(path) for path in files if _stem(path).lower().startswith("application")}
        self._called: dict[str, set[str]] = defaultdict(set)
        for path in files:
            service = self._split(_stem(path))[0]
            if service and service != owners.holder(path):
                self._called[posixpath.dirname(path)].add(service)
        for folder, services in tuple(self._called.items()):
            self._called[posixpath.dirname(folder)] |= services

    def to(self, path: str, holder: str) -> tuple[str, str]:
        """The service that a file is for, `*` for all, empty where nobody hands it out; and the profile in its name."""
        folder, stem = posixpath.dirname(path), _stem(path)
        if not path.lower().endswith(_ENDINGS):
            return "", ""
        if common := _COMMON.match(stem):
            return (ALL, common[1] or "") if self._called.get(folder) else ("", "")
        service, profile = self._split(stem)
        if service == holder or not (service or folder in self._common):
            return "", ""
        above = posixpath.dirname(folder)
        if folder in self._common or above in self._common or len(self._called[folder] | self._called[above]) > 1:
            found = service or self._owners.named(stem)
            return (found, profile) if found and found != holder else ("", "")
        return "", ""

    def _split(self, stem: str) -> tuple[str, str]:
        """The service that a file is called after, and the profile that follows."""
        words = stem.split("-")
        for end in range(len(words), 0, -1):
            if found := self._owners.called("-".join(words[:end])):
                return found, "-".join(words[end:])
        return "", ""


def _stem(path: str) -> str:
    return posixpath.basename(path).rpartition(".")[0]
