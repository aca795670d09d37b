"""The check of the `rule` markers at collection."""

from __future__ import annotations

import pytest

from tests.conftest import pytest_collection_modifyitems


def marked_item(request: pytest.FixtureRequest, *ids: object) -> pytest.Item:
    """Return a test with a marker, which is not one of the tests of this run."""
    item = pytest.Function.from_parent(request.node.parent, name="test_marked", callobj=lambda: None)
    item.add_marker(pytest.mark.rule(*ids))
    return item


def test_known_ids(request: pytest.FixtureRequest) -> None:
    """Ids of rules and decisions pass."""
    pytest_collection_modifyitems([marked_item(request, "D113", "RV-2")])


@pytest.mark.parametrize("ids", [("RV-9",), ("RV-2", "D9999"), ("",), ("RV-2 ",), (2,), ()])
def test_unknown_ids(request: pytest.FixtureRequest, ids: tuple[object, ...]) -> None:
    """An id that the register does not have, and a marker without an id, stop the collection."""
    item = marked_item(request, *ids)
    with pytest.raises(pytest.UsageError, match="needs ids of the register"):
        pytest_collection_modifyitems([item])
