"""A small LLaVA that needs no hub: Gemma 3 270M, the recognizer, our projector and LoRA."""
