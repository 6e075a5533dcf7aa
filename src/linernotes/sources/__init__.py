"""What people bring: listening histories and rosters, read into lines that the lake takes."""
