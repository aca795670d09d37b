"""A Sphinx extension that makes the search of the site ignore the words of a question, and find numbers.

Sphinx leaves numbers out of its index and out of queries. Here, they are in the index; `site.js` keeps them in queries.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

from hopdrive_appointments.export._html.wording import QUESTION_WORDS


class SearchQuestions(SearchEnglish):
    """English with numbers, and without the words of a question."""

    stopwords = SearchEnglish.stopwords | frozenset(QUESTION_WORDS)

    def word_filter(self, word: str) -> bool:
        """Return whether a word is in the index."""
        return word not in self.stopwords


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the extension."""
    app.add_search_language(SearchQuestions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
