"""Hooks for other libraries: each module is named after the library that it is for, and so is the extra it needs.

Nothing here is imported by the core, nor by this file: a module is loaded when it is asked for by name.
"""
