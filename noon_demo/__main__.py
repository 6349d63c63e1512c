"""Serve Noon: `python app.py` in a clone, `noon` once installed; `--help` lists the settings.

A first word such as `batch` does something else: see `noon_demo.commands`.
"""

import importlib
import sys

from noon_demo import config, spaces

COMMANDS = ("batch", "cluster")
"""Modules of `noon_demo.commands`."""


def main() -> None:
    """Serve with the settings of the command line, the environment and `.env`, or run a command."""
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        importlib.import_module(f"noon_demo.commands.{sys.argv[1]}").main(sys.argv[2:])
        return
    settings = config.load_or_exit(sys.argv[1:])
    spaces.prepare()

    from noon_demo import server  # noqa: PLC0415 - gradio reads the environment that the settings set

    server.serve(settings)


if __name__ == "__main__":
    main()
