"""Who owns, who consumes, what is joined, and where services reach into each other in a circle."""

from dblint.graph.coupling import Consumer, Coupling
from dblint.graph.cycles import Crossing, Cycle
from dblint.graph.moves import homes, merged, moved, parts_of, split
from dblint.graph.parts import WAYS, Division, assigned, divided, part_in
from dblint.graph.picture import Edge, Node, Picture, collapsed, focused, picture
from dblint.graph.separation import Step, StepKind, separation
from dblint.graph.suggestions import BoundarySuggestion, OwnerSuggestion, Suggestions, suggestions
from dblint.graph.survey import Blast, Pair, ServiceFigures, Survey, SystemFigures, survey
from dblint.graph.ties import MODES, Tie, TieMode, table_order

__all__ = [
    "MODES",
    "WAYS",
    "Blast",
    "BoundarySuggestion",
    "Consumer",
    "Coupling",
    "Crossing",
    "Cycle",
    "Division",
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
    "assigned",
    "collapsed",
    "divided",
    "focused",
    "homes",
    "merged",
    "moved",
    "part_in",
    "parts_of",
    "picture",
    "separation",
    "split",
    "suggestions",
    "survey",
    "table_order",
]
