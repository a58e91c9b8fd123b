"""Facts as tables that can be asked in SQL; nothing can be written, attached or run without end."""

from dblint.query.database import Answer, QueryError, ask, checked
from dblint.query.tables import TABLES

__all__ = ["TABLES", "Answer", "QueryError", "ask", "checked"]
