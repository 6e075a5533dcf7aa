"""The dashboard: six pages over the published tables in a browser."""
