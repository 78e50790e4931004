"""How far the consequences of a plan may reach, read off the catalogue: pure, with every unknown said as such."""
