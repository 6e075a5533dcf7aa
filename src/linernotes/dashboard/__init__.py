"""The dashboard: five pages over the published tables in a browser."""
