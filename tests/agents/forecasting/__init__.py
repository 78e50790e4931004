"""What will have been spent."""
