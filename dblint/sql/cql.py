"""CQL, as far as it differs from SQL where tables and columns are named.

Source: Apache Cassandra documentation, "Data Manipulation (DML)".
"""

import re

# Conditions of lightweight transactions, expiry, filtering: none of them names a table.
_PECULIAR = re.compile(
    r"\bIF\s+(?:NOT\s+)?EXISTS\s*;?\s*\Z|\bUSING\s+(?:TTL|TIMESTAMP)\s+\S+(?:\s+AND\s+(?:TTL|TIMESTAMP)\s+\S+)?|\bALLOW\s+FILTERING\b"
    r"|\bBEGIN\s+(?:UNLOGGED\s+|COUNTER\s+)?BATCH\b|\bAPPLY\s+BATCH\b"
    r"|\bPER\s+PARTITION\s+LIMIT\s+\S+",
    re.IGNORECASE,
)


def as_sql(text: str) -> str:
    """A CQL statement with what SQL does not know blanked, every offset kept."""
    return _PECULIAR.sub(lambda match: " " * len(match[0]), text)
