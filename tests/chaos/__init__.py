"""Kills at every named point, kills at random, and a checker that reads files and tables alone."""
