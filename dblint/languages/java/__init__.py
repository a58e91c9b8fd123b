"""Java, up to 21."""
