"""The REST API: reads what was published, and hands what must ask services to runs of their own."""
