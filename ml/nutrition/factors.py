"""Factors between amounts of nutrients, energy and salt."""

KCAL_PER_G = {"protein_g": 4.0, "carb_g": 4.0, "fat_g": 9.0}
"""Atwater's general factors."""

KJ_PER_KCAL = 4.184
"""The thermochemical calorie, by which food energy is converted (FAO Food and Nutrition Paper 77)."""

SALT_PER_SODIUM = 2.5
"""Salt as labels state it: sodium times 2.5 (Regulation (EU) No 1169/2011, annex I)."""
