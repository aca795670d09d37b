"""Create instances of frozen classes quickly.

Each attribute of a frozen class is assigned through `object.__setattr__`, which takes several times as long as a plain
assignment. Records and verdicts are created in every call, so their attributes are in a class of drafts, which is not
frozen and is created quickly. `seal` turns a draft into an instance of the frozen class.
"""

from __future__ import annotations

from typing import TypeVar, cast

FrozenT = TypeVar("FrozenT")


def seal(draft: object, frozen_class: type[FrozenT]) -> FrozenT:
    """Turn a draft into an instance of the frozen class, which must be a subclass without further attributes."""
    draft.__class__ = frozen_class
    return cast(FrozenT, draft)
