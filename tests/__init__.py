"""The tests, with a model of the rules of their own."""
