"""The command line: parses arguments and prints results. It decides nothing."""
