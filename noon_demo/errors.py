"""What a request gets when it can't be served as asked."""


class RequestError(Exception):
    """A request that can't be served; `str(error)` is one plain sentence saying what to do next.

    `status` is the HTTP status that `POST /api/analyze` answers with.
    """

    status = 400


UNFORESEEN = "Something went wrong here, not with you; please try again."
"""What anybody is told when something broke that nobody foresaw."""
