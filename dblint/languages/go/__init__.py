"""Go source."""
