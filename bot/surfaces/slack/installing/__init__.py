"""Quarterdeck in a workspace: the app's manifest, installing it, its tokens kept sealed, and a look at it all."""
