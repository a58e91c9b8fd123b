"""The files that describe a dbt project, and those that hold its seeds."""

from dblint.discover.kinds import suffix
from dblint.discover.listing import Listing, parent
from dblint.discover.roles import role

_PROJECTS = ("dbt_project.yml", "dbt_project.yaml")


def dbt_files(listing: Listing) -> tuple[str, ...]:
    """The YAML and CSV files of all dbt projects, those of installed packages left out, and the profiles beside them."""
    projects = [path for name in _PROJECTS for path in listing.by_name.get(name, ()) if role(path.split("/")) == "source"]
    found = {
        path
        for project in projects
        for path in listing.below(parent(project))
        if suffix(path) in (".yml", ".yaml", ".csv") and role(path.split("/")) != "vendored"
    }
    if projects:
        found |= {path for name in ("profiles.yml", "profiles.yaml") for path in listing.by_name.get(name, ())}
    return tuple(sorted(found))
