"""The grammar of values: what a value of each kind must be, and how it is parsed."""
