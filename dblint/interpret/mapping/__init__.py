"""Classes and calls that describe tables: names, columns, relations, repositories."""
