"""Scenes that the segmenter learns from, made at random.

`maker` puts them together from photos (`ingredients`), cut-outs of these (`cut_outs`) and what is drawn
(`drawn_foods`, `tableware`, `backgrounds`), on a `canvas` that keeps the masks; `views` turns and relights
photos.
"""
