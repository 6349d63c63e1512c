"""Weights as versions: each has a name and a card, and several lie side by side."""
