"""What an expression is: names, members, calls and values."""
