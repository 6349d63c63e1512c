"""Serves Noon as `app.py` does, but at once deletes what a page showed whose connection has ended."""

from noon_demo import __main__
from noon_demo.photos import uploads

if __name__ == "__main__":
    uploads.LEFT_S = 0.0
    __main__.main()
