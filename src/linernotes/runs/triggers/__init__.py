"""Forecasts of what Spotify's own playlists pick up: training, models and their cards, and the daily forecast."""
