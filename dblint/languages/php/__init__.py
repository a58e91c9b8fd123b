"""PHP, 7 and 8."""
