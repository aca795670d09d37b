"""Format the results of a block where the block is checked, so that only text and counts are sent from there."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from .blocks import Block
from .checker import Settings, check_block
from .results import Result, Tally
from .suppressions import Suppression, Suppressions


class BlockFormat(Protocol):
    """Formats results. It is pickled to be sent to workers."""

    @abstractmethod
    def block(self, results: Sequence[Result]) -> str:
        """Return the text of a report about the results of one block."""


@frozen
class Part:
    """The part of a report about one block."""

    text: str
    tally: Tally
    """The number of bodies by tier, after suppressions apply."""
    bytes: int
    """The size of the block."""
    suppressed: int = 0
    """The number of suppressed findings."""
    used: frozenset[Suppression] = frozenset()
    """The suppressions that cover a finding of the block."""


@frozen
class BlockReporter:
    """Checks blocks, applies suppressions, and formats the results. It is pickled to be sent to workers."""

    settings: Settings
    format: BlockFormat
    suppressions: Suppressions

    def __call__(self, block: Block) -> Part:
        """Check a block, and return the part of the report about it."""
        batch = check_block(block, self.settings)
        results, used = self.suppressions.apply(block.source, batch.results)
        if not used:
            return Part(self.format.block(batch.results), batch.tally, batch.bytes)
        tally = Counter(batch.tally)
        tally.subtract(result.tier for result in batch.results)
        tally.update(result.tier for result in results)
        suppressed = sum(located.suppressed is not None for result in results for located in result.findings)
        return Part(self.format.block(results), +tally, batch.bytes, suppressed, used)
