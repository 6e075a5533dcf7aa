"""How fast and how small, measured as ratios against a limit taken in the same run."""
