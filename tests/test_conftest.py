"""The check of the `rule` markers at collection."""

from __future__ import annotations

import pytest

from tests.conftest import pytest_collection_modifyitems


def test_known_ids(request: pytest.FixtureRequest) -> None:
    """Ids of rules and decisions pass."""
    request.node.add_marker(pytest.mark.rule("D113", "RV-2"))
    pytest_collection_modifyitems([request.node])


@pytest.mark.parametrize("ids", [("RV-9",), ("RV-2", "D9999"), ("",), ("RV-2 ",), (2,), ()])
def test_unknown_ids(request: pytest.FixtureRequest, ids: tuple[object, ...]) -> None:
    """An id that the register does not have, and a marker without an id, stop the collection."""
    request.node.add_marker(pytest.mark.rule(*ids))
    with pytest.raises(pytest.UsageError, match="needs ids of the register"):
        pytest_collection_modifyitems([request.node])
