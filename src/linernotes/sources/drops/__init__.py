"""Exports of streams, campaigns and sales that people download from services."""
