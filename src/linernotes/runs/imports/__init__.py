"""Listening histories on their way in: from files, and from accounts at services."""
