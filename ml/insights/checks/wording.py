"""Words that several checks look for."""

import re

UNSURE = re.compile(r"\b(?:not|if|would|could|certain|sure|more than|less than)\b|n't\b", re.IGNORECASE)
"""A sentence with these compares nothing plainly."""
