"""What is said about a meal.

`builtin` writes it from the facts; `language` and `llava_embedded` have a model write, and `checks` hold what
it writes against the facts. `routing` says who answers a question.
"""
