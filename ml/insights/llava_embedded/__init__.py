"""A small LLaVA that needs no hub: Gemma 3 270M, the recognizer's backbone, our projector and LoRA."""
