"""Finds what is at fault for a symptom: one ranking engine, for recorded cases and for what is seen live. Pure."""
