"""`python -m hopdrive_appointments` is the command."""

from .cli import main

main()
