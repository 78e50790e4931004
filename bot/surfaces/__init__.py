"""One package a surface; each renders replies in its own form and none knows another."""
