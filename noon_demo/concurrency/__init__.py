"""What requests share that run at once: the line to the models, cores, memory."""
