"""What people read. Nothing in here writes to the lake or the warehouse."""
