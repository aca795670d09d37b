"""The Markdown pages."""
