"""The files of the lake, the tables of the warehouse, the run ledger and the workspace."""
