"""The scripts that enriched Spotify artists, as aliases: see docs/coming-from-the-scripts.md."""
