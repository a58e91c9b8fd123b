"""Shell scripts, as far as they hand SQL to a database's command-line client."""
