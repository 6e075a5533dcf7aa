"""Imports of listening histories, from files and from accounts at services, and of rosters."""
