"""Witnesses of the specification: for each sentence of its prose, what the tests run to show that it is true.

`units` reads the sentences from the page, `claims` has the questions that witnesses ask of the library, and
`explanations` the sentences that need no witness. The other modules have the witnesses, by heading. A changed sentence
has no witness, and a test fails. Then read the old witness: it says what was true, and it has to show the new sentence
too.
"""
