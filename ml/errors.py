"""The one error type whose message is meant for a person."""


class NoonError(Exception):
    """Something went wrong that a person can act on; `str(error)` is one plain sentence saying what to do."""
