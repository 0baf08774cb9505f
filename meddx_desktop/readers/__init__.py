"""Files to case items."""
