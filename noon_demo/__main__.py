"""Serve Noon: `python app.py` in a clone, `noon` once installed; `--help` lists the settings.

With a first word such as `models` it does something else, in `noon_demo/commands`.
"""

import importlib
import os
import sys

from noon_demo import config, spaces

COMMANDS = {name: f"noon_demo.commands.{name}" for name in ("batch", "cluster", "models")}
"""The module of each command, whose `main` takes the other arguments."""
UNREAD = 141
"""The status, 128 + SIGPIPE, that a shell gives a program whose reader has closed the pipe."""


def main() -> None:
    """Run a command, or serve with the settings of the command line, the environment and `.env`.

    Ends without a word, and with the status `UNREAD`, once nobody reads what it prints.
    """
    try:
        run(sys.argv[1:])
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains as it ends
        sys.exit(UNREAD)


def run(words: list[str]) -> None:
    """Run the command that the first word names, or serve; all that it prints is written out."""
    command, *arguments = words or [""]
    try:
        if command in COMMANDS:
            importlib.import_module(COMMANDS[command]).main(arguments)
        else:
            serve(words)
    finally:
        if sys.stdout is not None:  # as where it was closed at the start
            sys.stdout.flush()


def serve(arguments: list[str]) -> None:
    """Serve the page."""
    settings = config.load_or_exit(arguments)
    spaces.prepare()
    os.environ.pop("GRADIO_SERVER_NAME", None)  # by which Gradio checks the port, an IPv4 address or not

    from noon_demo import server  # noqa: PLC0415 - gradio reads the environment that the settings set

    server.serve(settings)


if __name__ == "__main__":
    main()
