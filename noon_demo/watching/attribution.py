"""Which part does what: whose work a stage of an analysis is, and whose guess an edit mends."""

PART_OF_STAGE = {
    "embed": "segmenter",
    "locate": "segmenter",
    "decode": "segmenter",
    "clean_up": "segmenter",
    "recognize": "recognizer",
    "portion": "nutrition",
    "nutrition": "nutrition",
    "list_foods": "insights",
    "insights": "insights",
}
"""Who is at work in a stage; in the others, such as "open", none of the parts."""
PART_OF_EDIT = {
    "rename": "recognizer",
    "outline": "segmenter",
    "merge": "segmenter",
    "split": "segmenter",
    "add": "segmenter",
    "remove": "segmenter",
    "weigh": "nutrition",
    "measure": "nutrition",
    "multiply": "nutrition",
    "scale": "nutrition",
}
"""Whose guess an edit mends. What is eaten of a meal and further photos mend none."""
