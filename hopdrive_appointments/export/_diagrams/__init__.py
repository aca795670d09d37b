"""The lifecycle as diagrams and as state machines for other programs."""
