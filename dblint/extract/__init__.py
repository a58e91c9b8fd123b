"""The bytes of one file become the facts of that file alone."""
