"""The command line: parses what was typed and prints what came of it. It decides nothing."""
