"""dblint finds shared-database coupling between services."""

__version__ = "0.1.0"
