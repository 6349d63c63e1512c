"""Two versions of a part side by side: who gets which, what is seen, which is better, when it ends."""
