"""SQL files that are no plain scripts: named queries (aiosql, PugSQL), Jinja templates, dbt models.

Reading order: `expressions` and `jinja` (what a template can come to), `blocks`, `psql` and `dbt` (one file), `reading` (any
file), `projects` (what the names of a dbt project mean) and `loading` (which code loads which query files).
"""

from dblint.queryfiles.loading import loads
from dblint.queryfiles.projects import settled
from dblint.queryfiles.psql import variables
from dblint.queryfiles.reading import is_query_file, read

__all__ = ["is_query_file", "loads", "read", "settled", "variables"]
