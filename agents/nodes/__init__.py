"""The steps of a turn, one module each. A node reads the state and the desk, and returns what it adds."""
