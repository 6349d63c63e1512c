"""Serve Noon: `python app.py server.port=7861`; `python app.py --help` lists the settings."""

import sys

from noon_demo import config

if __name__ == "__main__":
    settings = config.load_or_exit(sys.argv[1:])

    from noon_demo import server  # only now: gradio reads the environment that the configuration sets

    server.serve(settings)
