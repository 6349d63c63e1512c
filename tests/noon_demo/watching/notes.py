"""Writes down what happens."""

from noon_demo.watching.events import Watcher


class Notes(Watcher):
    """What it was told: (event, argument, ...)."""

    def __init__(self):
        self.told = []

    def __getattribute__(self, name):
        if name in vars(Watcher) and not name.startswith("_"):
            return lambda *what: self.told.append((name, *what))
        return super().__getattribute__(name)

    def of(self, *names):
        """The arguments of these events."""
        return [what for name, *what in self.told if name in names]
