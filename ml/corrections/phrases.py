"""The sentences in which people correct a meal, as patterns of lower-case English."""

from __future__ import annotations

import re

from ml.corrections.quantities import NUMBER, UNIT

SHARES = {"all": 1.0, "the whole": 1.0, "everything": 1.0, "most": 3 / 4}
"""Words for shares beside those for numbers."""

IT = r"(?:it|that|this|they|these|those|them)"
IS = r"(?:\s+(?:is|are|was|were)|['’]?(?:s|re))"
ISNT = rf"(?:{IT}(?:{IS}\s+not|\s+(?:is|are|was|were)n['’]?t)|not)"
THERE_IS_NO = r"there(?:\s*['’]?s\s+no|\s+(?:is|are|was|were)(?:\s+no|n['’]?t(?:\s+any)?))"
OFTEN = r"(?:\s+(?:actually|really|in fact|just|only|about|exactly))*"
AMOUNT = rf"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>{UNIT})"
SHARE = rf"(?:\d+\s*%|(?:{NUMBER}|{'|'.join(SHARES)})(?!\w))"
I_ATE = rf"(?:i|we|he|she)\s*(?:['’]?ve)?{OFTEN}\s+(?:ate|had|eaten|finished|drank){OFTEN}"
REMOVE = r"(?:remove|delete|take\s+(?:out|off|away)|leave\s+out|do(?:n['’]?t|\s+not)\s+count)"
DID_NOT_EAT = r"(?:i|we|he|she)\s+did(?:n['’]?t| not)\s+(?:eat|have|drink)"

NO_CORRECTION = re.compile(
    r"\b(?:how\s+(?:much|many)|what|which|why|(?:is|are|would|does|can)\s+(?:it|this|that|i)|i(?:['’]?m|\s+am)"
    r"|because|allerg\w+)\b"
)
"""Found in what asks, or tells of the person: "without bacon how much is it", "no nuts, I'm allergic"."""
OPENING = re.compile(rf"(?:(?:no|oh|sorry|actually|well)(?:,|(?=\s+{IT}(?!\w)))|please,?)\s+")
OTHER = re.compile(
    rf"(?:{ISNT}|{THERE_IS_NO}|no)\s+(?P<old>.+?)[,;]?\s+(?:but|{IT}{IS}){OFTEN}\s+(?P<new>.+)"
)
OLD_IS_NOT = re.compile(
    r"(?:the\s+)?(?P<old>.+?)\s+(?:is|are|was|were)(?:n['’]?t|\s+not)\s+.+?[,;]?\s+"
    rf"(?:but|{IT}{IS}){OFTEN}\s+(?P<new>.+)"
)
NOT_OLD = re.compile(rf"{IT}{IS}{OFTEN}\s+(?P<new>.+?),?\s+(?:and\s+)?not\s+(?P<old>.+)")
SWAP = re.compile(
    r"(?:swap|replace|change|exchange|switch|rename|set)\s+(?P<old>.+?)\s+(?:for|with|to|by|into)\s+(?P<new>.+)"
)
THE_OLD_IS = re.compile(
    rf"(?:the\s+)?(?P<old>.+?)(?:\s+(?:is|are|was|were)|['’](?:s|re)){OFTEN}\s+(?P<new>.+)"
)
ONLY_NEW = re.compile(rf"{IT}{IS}{OFTEN}\s+(?P<new>.+)")
WEIGHS = re.compile(rf"(?P<food>.+?)(?:\s+(?:weighs?|weighed)|{IS}|:)?{OFTEN}\s+{AMOUNT}(?:,?\s+not\s+.+)?")
GRAMS_OF = re.compile(rf"(?:{IT}{IS}{OFTEN}\s+)?(?P<food>\d+(?:[.,]\d+)?\s*{UNIT}\s+.+?)(?:,?\s+not\s+.+)?")
AMOUNTS_TO = re.compile(rf"(?P<food>.+?){IS}{OFTEN}\s+(?P<much>{NUMBER}\s+\w+)")
ATE_MUCH = re.compile(rf"{I_ATE}\s+(?P<food>.+)")
SOME_OF = re.compile(
    rf"(?:{I_ATE}\s+)?(?P<part>{NUMBER})\s+of\s+(?:the\s+)?(?P<whole>{NUMBER})\s+(?P<food>.+)"
)
ATE_ALL_BUT = re.compile(
    rf"{I_ATE}\s+(?:(?:it\s+)?all|everything)\s+(?:but|except|apart\s+from)(?:\s+for)?\s+(?P<food>.+)"
)
ATE_ALL = re.compile(
    rf"(?:{I_ATE}|ate|finished)\s+(?:(?:{IT}\s+)?all|everything|the\s+(?:whole|entire)\s+(?:thing|lot|meal|plate))(?:\s+up)?"
    rf"|(?:i|we|he|she){OFTEN}\s+(?:finished\s+(?:{IT}|(?:my|our|the)\s+(?:plate|meal|food))(?:\s+(?:all|off|up))?"
    r"|(?:cleaned|cleared|emptied)\s+(?:my|our|his|her|the)\s+plate|left\s+nothing)"
    rf"|(?:(?:{IT}|everything){IS}{OFTEN}\s+)?all\s+gone|everything{IS}\s+(?:gone|eaten)"
    rf"|(?:there{IS}\s+)?nothing(?:{IS})?\s+left(?:\s+over)?"
)
ATE = re.compile(rf"{I_ATE}\s+(?P<parts>{SHARE}.*?)(?:,?\s+(?:and|but)\s+left\s+the\s+rest)?")
NEXT_PART = re.compile(rf"(?:,|,?\s+and)\s+(?={SHARE}\s)")
PART = re.compile(rf"(?P<share>{SHARE})(?:\s+of\b)?(?P<food>.*)")
LEFT = re.compile(rf"(?:(?:i|we|he|she){OFTEN}\s+left{OFTEN}|{REMOVE}|{DID_NOT_EAT})\s+(?P<part>{SHARE}.*)")
ONLY = re.compile(rf"(?:{THERE_IS_NO}|no)\s+(?P<old>.+?)[,;]\s+(?:only|just)\s+(?P<new>.+)")
GONE = re.compile(
    rf"(?:{THERE_IS_NO}|no|(?:it['’]?s\s+)?without|{DID_NOT_EAT}|{I_ATE}\s+(?:no|none\s+of)"
    rf"|(?P<verb>{REMOVE}))\s+(?P<food>.+?)(?:\s+(?:on|in|from)\s+(?:the|my|this)\s+(?:plate|photo|picture|meal))?"
)
TAKE_OUT = re.compile(r"(?P<verb>take|leave)\s+(?P<food>.+?)\s+(?:out|off|away)")
MORE = re.compile(
    r"(?:add|i\s+also\s+(?:had|ate|drank)|there\s*(?:['’]?s|\s+is|\s+was)\s+also)\s+(?P<food>.+)"
)
TO_THE_MEAL = re.compile(r"\s+(?:to|on|in|into)\s+(?:it|this|that|the\s.+|my\s.+)$")
AND = re.compile(r",?\s+(?:and|or|nor)\s+(?:no\s+)?|,\s*")
