"""Models that find, name, weigh and describe the food in a photo; usable without the demo."""
