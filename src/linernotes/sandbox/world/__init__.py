"""The invented world that every imitated service knows: artists, data about them, and plays."""
