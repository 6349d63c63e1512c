"""Checks of sentences about a meal, each in a file named after what it checks."""
