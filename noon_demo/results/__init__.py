"""A result as others read it: its JSON, its masks encoded, the photo with them drawn in."""
