"""Plain HTTP, mounted at `/api`: photos sent as a form, meals corrected as JSON, errors as a sentence."""

from noon_demo.rest.app import build as build
