"""Who owns, who consumes, what is joined, and where services reach into each other in a circle."""

from dblint.graph.coupling import Consumer, Coupling
from dblint.graph.cycles import Crossing, Cycle

__all__ = ["Consumer", "Coupling", "Crossing", "Cycle"]
