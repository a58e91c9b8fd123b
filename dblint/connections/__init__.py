"""Which physical database a service reaches, read from deployment and configuration files."""

from dblint.connections.identity import Identities, databases
from dblint.connections.model import Environment, Host, Setting, Settings
from dblint.connections.reading import read
from dblint.connections.synchronising import Synchronising, synchronising

__all__ = ["Environment", "Host", "Identities", "Setting", "Settings", "Synchronising", "databases", "read", "synchronising"]
