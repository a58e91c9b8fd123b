"""All facts of all files in, one `System` out: identity of tables, owners with evidence, uses charged to services.

Reading order: `charging` (who pays for code), `evidence`, `databases`, `realms` and `homes` (who shares a database),
`identity` and `definitions` (which table a name means), `present` (the schema), `owners` and `claims`, `ownership`, `assembly`.
"""

from dblint.resolve.assembly import Resolution, resolve
from dblint.resolve.databases import Databases

__all__ = ["Databases", "Resolution", "resolve"]
