"""The adapters of the Warehouse port."""
