"""Run the command: `python -m hopdrive_appointments`."""

from ._cli import main

main()
