"""What goes wrong while writing about a meal."""

from ml.errors import NoonError


class InsightsError(NoonError):
    """This part cannot answer; the caller may ask another one, such as the built-in part."""
