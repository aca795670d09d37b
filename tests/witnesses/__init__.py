"""Witnesses of the specification: for each sentence of its prose, what the tests run to show that it is true.

`units` reads the sentences from the page. Each other module has the witnesses of some headings in its `TABLES`. A
changed sentence has no witness, and a test fails. Then read the old witness: it says what was true, and it has to show
the new sentence too.
"""
