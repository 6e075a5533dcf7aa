"""What every package may use: values, counts, errors, the clock, names, ids and texts. It imports no other package."""
