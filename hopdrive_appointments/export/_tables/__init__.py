"""The tables as JSON, and tables that are derived from them."""
