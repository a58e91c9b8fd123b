"""The graph of services and tables, one file per format."""
