"""Answers become JSON lines, JSON lines become lake rows: spool, lines, validate, ingest."""
