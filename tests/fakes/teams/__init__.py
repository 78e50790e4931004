"""Microsoft's side of Teams on loopback, over real HTTP."""
