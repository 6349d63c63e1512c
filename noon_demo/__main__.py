"""Serve Noon: `python app.py` in a clone, `noon` once installed; `--help` lists the settings.

With a first word such as `models` it does something else, in `noon_demo/commands`.
"""

import importlib
import os
import sys

from noon_demo import config, spaces

COMMANDS = {name: f"noon_demo.commands.{name}" for name in ("batch", "cluster", "models")}
"""The module of each command, whose `main` takes the other arguments."""


def main() -> None:
    """Run a command, or serve with the settings of the command line, the environment and `.env`."""
    command, *arguments = sys.argv[1:] or [""]
    if command in COMMANDS:
        importlib.import_module(COMMANDS[command]).main(arguments)
    else:
        serve(sys.argv[1:])


def serve(arguments: list[str]) -> None:
    """Serve the page."""
    settings = config.load_or_exit(arguments)
    spaces.prepare()
    os.environ.pop("GRADIO_SERVER_NAME", None)  # by which Gradio checks the port, an IPv4 address or not

    from noon_demo import server  # noqa: PLC0415 - gradio reads the environment that the settings set

    server.serve(settings)


if __name__ == "__main__":
    main()
