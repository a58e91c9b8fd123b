"""Which physical database a service reaches, read from deployment and configuration files."""
