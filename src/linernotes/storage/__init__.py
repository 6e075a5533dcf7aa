"""Where things are kept: the files of the lake, the tables of the warehouse, the run ledger and the workspace."""
