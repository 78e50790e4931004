"""Commands about the published log: verified, proven and read from its files, by whoever has them."""
