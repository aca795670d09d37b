"""Decide about one request. Start with `decide`; it calls the other modules in this order.

- `arguments`, `clock`: whether request, record and id fit together, and the time of the decision.
- `expected_version`: whether the record has the version that the caller expects (RV-2).
- `body`: the values of the body, and every problem of its fields.
- `access`: whether the record is closed, which fields are frozen, what a PATCH could change (UP-1 to UP-4).
- `pending`: which reasons the data gives to be pending (PD-4, PD-5).
- `machine`: the lifecycle machine, which fires triggers and settles the status (PD-3, LC-3).
- `trigger_refusals`: why a trigger cannot be fired.
- `next_record`: the next version of the record (RV-1).
- `advice`: advice on accepted values (AD-1 to AD-3).

`allowed_triggers` combines two steps for callers that only ask which triggers are possible.

The steps return data and do not call each other.
"""
