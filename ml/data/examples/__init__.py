"""The page's example photos, rendered from formulas: `python -m ml.data.examples`."""
