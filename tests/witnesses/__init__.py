"""Witnesses of the specification: for each sentence of its prose, what the tests run to show that it is true.

`units` reads the sentences from the page. `values`, `decision` and `sections` have a witness for each of them, by
heading. After a change of a sentence it has no witness, and a test fails. Then read the old witness: it says what was
true, and it has to show the new sentence too.
"""
