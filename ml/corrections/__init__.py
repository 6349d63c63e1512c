"""What a person changes about an analysed meal."""
