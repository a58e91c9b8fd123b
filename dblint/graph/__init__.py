"""Who owns, who consumes, what is joined, and where services reach into each other in a circle."""

from dblint.graph.coupling import Consumer, Coupling
from dblint.graph.cycles import Crossing, Cycle
from dblint.graph.picture import Edge, Node, Picture, collapsed, focused, picture
from dblint.graph.separation import Step, StepKind, separation
from dblint.graph.suggestions import BoundarySuggestion, OwnerSuggestion, Suggestions, suggestions
from dblint.graph.survey import Blast, Pair, ServiceFigures, Survey, SystemFigures, survey
from dblint.graph.ties import MODES, Tie, TieMode, table_order

__all__ = [
    "MODES",
    "Blast",
    "BoundarySuggestion",
    "Consumer",
    "Coupling",
    "Crossing",
    "Cycle",
    "Edge",
    "Node",
    "OwnerSuggestion",
    "Pair",
    "Picture",
    "ServiceFigures",
    "Step",
    "StepKind",
    "Suggestions",
    "Survey",
    "SystemFigures",
    "Tie",
    "TieMode",
    "collapsed",
    "focused",
    "picture",
    "separation",
    "suggestions",
    "survey",
    "table_order",
]
