"""Parts that have a language model write: from the hub in this process, or at an endpoint."""
