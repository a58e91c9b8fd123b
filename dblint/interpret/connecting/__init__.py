"""Which database code connects to."""
