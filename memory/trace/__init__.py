"""How one thing in the log led to another: the graph of causes, and whether an action's chain is whole. Pure."""

from memory.trace.chain import Chain, chains
from memory.trace.graph import CausalGraph, Node, causal_graph

__all__ = ["CausalGraph", "Chain", "Node", "causal_graph", "chains"]
