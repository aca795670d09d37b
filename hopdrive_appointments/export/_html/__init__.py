"""The rules as one HTML page, which needs nothing but a browser."""

from .page import html

__all__ = ["html"]
