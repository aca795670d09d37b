"""Integrations with other libraries. Each module and the extra that it needs have the name of the library.

The rest of the package does not import these modules, so import the one that you need.
"""
