"""Pages to look at and to share: one file each, without scripts, which ask no other machine for anything."""
