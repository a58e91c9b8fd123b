"""The ownership report for architecture reviews, one file per format."""
