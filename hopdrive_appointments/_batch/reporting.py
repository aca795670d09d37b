"""Format the results of a block where the block is checked, so that only text and counts are sent from there."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar, Protocol

from attrs import frozen

from .blocks import Block
from .checker import Batch, Settings, check_portions
from .results import Result, Tally
from .suppressions import Suppression, Suppressions


class BlockFormat(Protocol):
    """Formats results. It is pickled to be sent to workers."""

    separator: ClassVar[str]
    """The text between two parts of a report."""

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
        parts = list(self.parts(block))
        return Part(
            self.format.separator.join(part.text for part in parts if part.text),
            sum((part.tally for part in parts), Counter()),
            len(block.text),
            sum(part.suppressed for part in parts),
            frozenset[Suppression]().union(*(part.used for part in parts)),
        )

    def parts(self, block: Block) -> Iterator[Part]:
        """Check a block, and yield the report about it in parts. A large document has several."""
        return map(partial(self._part, block.source), check_portions(block, self.settings))

    def _part(self, source: str, batch: Batch) -> Part:
        results, used = self.suppressions.apply(source, batch.results)
        if not used:
            return Part(self.format.block(batch.results), batch.tally, batch.bytes)
        tally = Counter(batch.tally)
        tally.subtract(result.tier for result in batch.results)
        tally.update(result.tier for result in results)
        suppressed = sum(located.suppressed is not None for result in results for located in result.findings)
        return Part(self.format.block(results), +tally, batch.bytes, suppressed, used)
