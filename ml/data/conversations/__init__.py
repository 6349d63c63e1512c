"""Conversations about meals, generated: photos, computed facts, questions, and answers true to the facts.

Every sentence is ours: questions are worded in `questions.toml`, answers written from the facts by the
modules beside it. A small language model learns from these (`ml.training.llava`) and is asked others.
"""
