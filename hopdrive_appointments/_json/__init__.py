"""JSON values: the strict parser, values that cannot change, and the reading of Python objects as JSON."""
