"""Many photos at once: `noon batch`. What was done is kept photo by photo, and not done again."""
