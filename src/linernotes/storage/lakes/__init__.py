"""The adapters of the Lake port."""
