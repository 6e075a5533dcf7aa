"""Reports for people and programs. They only read: nothing here writes to the lake or the warehouse."""
