"""What only one framework knows, and no row of its file can say."""
