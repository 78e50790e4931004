"""A trace in the language of Graphviz, for whoever wants to draw or query it with other programs. Pure."""

from bot.trace.telling import Trace, told


def dot(trace: Trace) -> str:
    """Return the graph as DOT: an arrow leads from each cause to its effect."""
    lines = ["digraph trace {", "  node [shape=box];"]
    for node in trace.graph.nodes:
        said = told(node, trace)
        label = "\n".join((f"{said.title} #{node.index}", *said.details))
        lines.append(f"  {_quoted(node.subject)} [label={_quoted(label)}];")
    for node in trace.graph.nodes:
        lines += [f"  {_quoted(cause)} -> {_quoted(node.subject)};" for cause in node.causes]
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    """Return a double-quoted string of DOT, in which only quotes, backslashes and line ends are special."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
