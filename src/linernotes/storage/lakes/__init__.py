"""The adapters behind the Lake door."""
