"""Photos of any origin: which may be named, how they are fetched, decoded safely, kept and deleted."""
