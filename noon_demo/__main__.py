"""Serve Noon: `python app.py` in a clone, `noon` once installed; `--help` lists the settings."""

import sys

from noon_demo import config, spaces


def main() -> None:
    """Serve with the settings of the command line, the environment and `.env`."""
    settings = config.load_or_exit(sys.argv[1:])
    spaces.prepare()

    from noon_demo import server  # noqa: PLC0415 - gradio reads the environment that the settings set

    server.serve(settings)


if __name__ == "__main__":
    main()
