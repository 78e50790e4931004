"""One package a system outside; none knows another, and only the composition root knows them."""
