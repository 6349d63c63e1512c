"""What a request gets when it can't be served as asked."""

import errno


class RequestError(Exception):
    """A request that can't be served; `str(error)` is one plain sentence saying what to do next.

    `status` is the HTTP status that `POST /api/analyze` answers with.
    """

    status = 400


UNFORESEEN = "Something went wrong here, not with you; please try again."
"""What anybody is told when something broke that nobody foresaw."""
DISK_FULL = "The server's disk is full; please try again later."


def is_disk_full(error: BaseException) -> bool:
    """Whether an error tells that nothing more can be stored."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
