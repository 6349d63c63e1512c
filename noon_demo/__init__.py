"""The Noon web app: a photo of a meal in; masks, nutrition and an insight out."""
