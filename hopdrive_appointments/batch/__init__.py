"""Many bodies at once: files, folders and feeds in, results with their places out, in order and in flat memory.

Sources are cut into blocks; a block is checked by itself, here, in another process, or on another machine; what comes
back is small. Every body is judged by what `decide` itself asks.
"""

from .blocks import Block, Unreadable, blocks_of
from .checking import Batch, Settings, check_block
from .results import ACCEPTED, Located, Result, Tally, reaches, tier_of
from .sources import Source, find_sources
from .suppressions import ConfigurationError, Suppression, Suppressions, read_suppressions

__all__ = [
    "ACCEPTED",
    "Batch",
    "Block",
    "ConfigurationError",
    "Located",
    "Result",
    "Settings",
    "Source",
    "Suppression",
    "Suppressions",
    "Tally",
    "Unreadable",
    "blocks_of",
    "check_block",
    "find_sources",
    "reaches",
    "read_suppressions",
    "tier_of",
]
