"""linernotes: the liner notes your listening history never came with."""
