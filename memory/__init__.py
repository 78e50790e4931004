"""The words Quarterdeck uses and the facts it keeps. The lowest layer: it imports nothing of ours."""
