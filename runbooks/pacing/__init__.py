"""How much at once, how fast, and how often again: pure policies, and the small parts that hold their state.

What decides here is given all it decides on, the time too, and returns a value. Nothing here knows a tool.
"""
