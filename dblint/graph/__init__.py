"""Who owns, who consumes, what is joined, and where services reach into each other in a circle."""

from dblint.graph.coupling import Consumer, Coupling
from dblint.graph.cycles import Crossing, Cycle
from dblint.graph.picture import Edge, Node, Picture, collapsed, focused, picture
from dblint.graph.survey import Blast, Pair, ServiceFigures, Survey, SystemFigures, survey
from dblint.graph.ties import MODES, Tie, TieMode, table_order

__all__ = [
    "MODES",
    "Blast",
    "Consumer",
    "Coupling",
    "Crossing",
    "Cycle",
    "Edge",
    "Node",
    "Pair",
    "Picture",
    "ServiceFigures",
    "Survey",
    "SystemFigures",
    "Tie",
    "TieMode",
    "collapsed",
    "focused",
    "picture",
    "survey",
    "table_order",
]
