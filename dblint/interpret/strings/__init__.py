"""What a string holds, and which strings are SQL."""
