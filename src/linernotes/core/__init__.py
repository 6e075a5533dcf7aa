"""Values, counts, errors, the clock, names, ids and texts for every package; imports no other package."""
