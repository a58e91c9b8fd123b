"""What verbs do to tables, and how accesses are written down."""
