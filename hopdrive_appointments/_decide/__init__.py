"""Deciding about one request. `decision` is the page to start from; each other module is one of its steps.

- `arguments`: whether request, record and id fit together.
- `clock`: the time of the decision, in UTC.
- `versions`: the expected version, and the next version of a record (RV-1, RV-2).
- `body`: what a body says, and each problem of its fields; `values`, `times` and `config` have the grammar of values.
- `access`: whether a record is closed, which fields are frozen, what a PATCH could change (UP-1 to UP-4).
- `pending`: which reasons the data gives to be pending (PD-4, PD-5).
- `machine`: the lifecycle machine, which fires triggers and settles the status (PD-3, LC-3).
- `triggers`: why a trigger cannot be fired.
- `advice`: what is worth a look (AD-1 to AD-3).

The steps return data and do not call each other.
"""
