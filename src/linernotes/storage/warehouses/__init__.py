"""The adapters behind the Warehouse door."""
