"""Serve Noon: `python app.py server.port=7861`; `python app.py --help` lists the settings."""

from noon_demo.__main__ import main

if __name__ == "__main__":
    main()
