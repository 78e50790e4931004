"""Where people meet Quarterdeck, and the one place where it is assembled."""
