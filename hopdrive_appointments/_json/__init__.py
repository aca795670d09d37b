"""JSON values: a strict parser, immutable values, and the conversion of Python objects."""
