"""What could not be finished: found out, kept with its whole provenance, and made ready to be asked for again."""
