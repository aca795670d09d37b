"""Check many bodies at once: files, folders and feeds, in order and with bounded memory.

An input is cut into blocks. Each block is checked on its own: in this process, in another one, or on another machine.
Every body gets the report of `presubmit.check`, and every finding its line and column.
"""
