"""The words on the page, and how it writes numbers."""

from __future__ import annotations

from noon_demo.schemas import Mode

TITLE = "Noon"
TAGLINE = "A photo of your meal in; what is on the plate, and what is in it, out."
DISCLAIMER = "Estimates from a photo, not medical advice."
KEPT = "Your photo is kept for at most an hour, and deleted when you close the page or choose another."

PHOTO_PLACEHOLDER = "# Add a photo of your meal\nDrop it here, tap to choose one, paste it or use the camera"
QUESTION = "Question (optional)"
QUESTION_PLACEHOLDER = "Is there enough protein in this?"
FOLLOW_UP = "Ask more about this meal"
FOLLOW_UP_PLACEHOLDER = "What could I add?"
MODE = "What to do"
MODES: tuple[tuple[str, Mode], ...] = (
    ("Table and insight", "hybrid"),
    ("Table only, fastest", "ml_only"),
    ("Insight model only, without masks", "llava_only"),
)
PLATE = "Plate diameter in cm"
PLATE_INFO = "Rim to rim; makes the amounts surer. With 0, {:g} cm is assumed."
ENERGY = "Where the energy comes from"
BUILTIN = "Written from the table above, without a language model."
WRITTEN_BY = "Written by {}."
NOT_A_PLATE = "A plate measures {} to {} cm; correct its diameter under Options, or set it to 0."
NOT_A_FORM = "Please fill this in again: a question is text, and a plate's diameter a number."
HOW = "How this was computed"
EARLIER_PHOTO = "Result for the earlier photo"
EARLIER_RESULT = "Earlier result for this photo"

NO_FOOD = "No food found in this photo. Try one taken from above, in good light, the whole plate in view."
NOTHING_COUNTED = "Nothing here could be matched to the food data, so there is nothing to add up."

STAGES = (
    "Reading the photo",
    "Looking for food",
    "Outlining each food",
    "Tidying the outlines",
    "Naming each food",
    "Weighing each food",
    "Writing the insight",
)
"""What an analysis goes through, in the words in which it reports it."""

PARTS = {
    "segmenter": "Segmenter",
    "recognizer": "Recognizer",
    "nutrition": "Food data",
    "insights": "Insights",
}


def number(value: float) -> str:
    """A number with the digits it deserves: 1,204 and 56 and 4.8 and 0."""
    if value < 0.05:
        return "0"
    return f"{value:.1f}" if value < 9.95 else f"{value:,.0f}"


def span(low: float, high: float) -> str:
    """A range such as 95–200."""
    return f"{number(low)}–{number(high)}"


def confidence_words(confidence: float) -> str:
    """How sure a name is, in words."""
    for threshold, words in ((0.85, "very likely"), (0.6, "likely"), (0.35, "perhaps")):
        if confidence >= threshold:
            return words
    return "a guess"
