"""Files that people import: listening histories and rosters, read into lines for the lake."""
