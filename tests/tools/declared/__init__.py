"""What settings declare."""
