"""Medical advice, diagnoses and judgements of a person's body are not shown."""

from __future__ import annotations

import re

from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence import Sentence
from ml.words import normalize

_JUDGEMENT = re.compile(
    r"\b(?:diagnos\w+|prescri\w+|you (?:have|suffer from) (?:diabetes|hypertension|an? \w+ disease)"
    r"|(?:take|skip|increase|reduce|stop taking) (?:your|the|more|less) (?:\w+ )?dose"
    r"|you(?:'re| are| look) (?:too )?(?:fat|overweight|obese|skinny|thin|underweight))\b",
    re.IGNORECASE,
)
_MEDICINES = (
    *("insulin", "insuliin", "inzulin", "инсул", "інсул", "ινσουλιν", "inject", "inyec", "injec", "injek"),
    *("metformin", "ozempic", "wegovy", "semaglutid", "statin", "ibuprofen", "aspirin", "paracetamol"),
    *("acetaminophen", "warfarin", "antibioti", "laxati", "diureti", "medication", "medicament", "medicin"),
    *("medizin", "medikament", "лекарств", "таблет", "pill", "tablet", "comprim"),
)
"""How names of medicines begin, without accents, in languages that put spaces between words."""
_OTHER_MEDICINES = (
    *("胰岛素", "胰島素", "药", "藥", "薬", "インスリン", "인슐린", "약을", "อินซูลิน"),
    *("أنسولين", "انسولين", "دواء", "इंसुलिन", "इन्सुलिन", "दवा", "אינסולין"),
)
_DOSING = re.compile(
    r"\b(?:(?<!if you )tak(?:e|ing)|skip|increas\w+|reduc\w+|lower|raise|adjust\w*|inject\w*|doubl\w+"
    r"|halv\w+|stop|start|more|less|extra|units?)\b",
    re.IGNORECASE,
)
_REFERRAL = re.compile(r"\b(?:doctor|dietitian|dietician|physician|professional|pharmacist)\b", re.IGNORECASE)


def fails(sentence: Sentence, meal: KnownMeal) -> bool:
    """Whether it advises or names a medicine without referring to a professional, or doses a medicine.

    Medicines are known in many languages, as a sentence may hold a second one.
    """
    text = sentence.text
    refers = _REFERRAL.search(text) is not None
    if _names_medicine(text):
        return not refers or _DOSING.search(text) is not None
    return not refers and _JUDGEMENT.search(text) is not None


def _names_medicine(text: str) -> bool:
    if any(word.startswith(_MEDICINES) for word in normalize(text).split()):
        return True
    return not text.isascii() and any(name in text for name in _OTHER_MEDICINES)
