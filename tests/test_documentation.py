"""The address of the documentation of a rule, and where programs get it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import FormatChecker

from hopdrive_appointments import ArgumentTypeError, ArgumentValueError, Refused, rule_url, rules
from hopdrive_appointments.documentation import _MOST_CHARACTERS
from hopdrive_appointments.export import rule_pages
from hopdrive_appointments.presubmit import check_create

SITE = "https://docs.example/hopdrive"
GOOD = [
    "https://docs.example",
    "HTTP://localhost:8000",
    "https://docs.example/a%20b/~x/(1)/@v;p=1,2",
    "file:///srv/site",
    "file://host/share",
    f"https://docs.example/{'a' * (_MOST_CHARACTERS - 21)}",
]
BAD = [
    "",
    "docs.example",
    "//docs.example",
    "javascript:alert(1)",
    "ftp://docs.example",
    "https:docs.example",
    "https://",
    "https:///path",
    "https://user@docs.example",
    "https://user:secret@docs.example",
    "https://docs.example:port",
    "https://docs.example/?page=1",
    "https://docs.example/#top",
    "https://docs.example/a b",
    "https://docs.example/%2",
    "https://docs.example/\u00e9",
    "https://docs.example/\n",
    "https://docs.example/\x1b]8;;",
    "https://docs.example/<b>",
    "https://docs.example/\ud800",
    "file://",
    "file:relative",
    f"https://docs.example/{'a' * (_MOST_CHARACTERS - 20)}",
]


class TestRuleUrl:
    """`rule_url` makes the address from the documentation's and the id of the rule."""

    @pytest.mark.parametrize("id", list(rules.RULES))
    def test_anchor_exists(self, id: str) -> None:
        """The fragment is the anchor that the heading of the rule has on its page."""
        page, _, fragment = rule_url(SITE, id).partition("#")
        headings = re.findall(r"^### (.*)$", rule_pages(), re.MULTILINE)
        assert page == f"{SITE}/rules.html"
        assert [heading for heading in headings if heading.lower() == fragment] == [id]

    @pytest.mark.parametrize("url", GOOD)
    def test_good_url(self, url: str) -> None:
        """An http, https or file URL can be used, with or without a slash at its end."""
        assert rule_url(url, "UP-2") == f"{url}/rules.html#up-2"
        if len(url) < _MOST_CHARACTERS:
            assert rule_url(f"{url}/", "UP-2") == f"{url}/rules.html#up-2"

    def test_root_of_files(self) -> None:
        """The root of the file system is a folder, too."""
        assert rule_url("file:///", "UP-2") == "file:///rules.html#up-2"

    @pytest.mark.parametrize("url", BAD)
    def test_bad_url(self, url: str) -> None:
        """Any other text raises ArgumentValueError."""
        with pytest.raises(ArgumentValueError, match="must be an http, https or file URL"):
            rule_url(url, "UP-2")

    @given(st.sampled_from(GOOD), st.text(max_size=20))
    def test_result_is_uri(self, url: str, more: str) -> None:
        """The result is a URI of RFC 3986, whatever follows a usable address."""
        try:
            found = rule_url(url + more, "D1")
        except ArgumentValueError:
            return
        assert FormatChecker(formats=["uri"]).conforms(found, "uri")
        assert found.isascii()
        assert found.isprintable()

    @pytest.mark.parametrize("arguments", [(5, "UP-2"), (None, "UP-2"), (SITE, 5), (SITE, None)])
    def test_wrong_type(self, arguments: tuple[str, str]) -> None:
        """An argument that is not text raises ArgumentTypeError."""
        with pytest.raises(ArgumentTypeError):
            rule_url(*arguments)

    @pytest.mark.parametrize("rule", ["", "up-2", "UP-9", "UP-2\n"])
    def test_unknown_rule(self, rule: str) -> None:
        """An id that the register does not have raises ArgumentValueError."""
        with pytest.raises(ArgumentValueError, match="must be the id of a rule"):
            rule_url(SITE, rule)


class TestProblem:
    """A problem details object has the address for each problem."""

    def test_links(self) -> None:
        """With the address of the documentation, each problem leads to its rule, and nothing else changes."""
        report = check_create({"customer_id": "1", "colour": "red"})
        plain, linked = report.to_problem(), report.to_problem(documentation_url=SITE)
        assert [each["documentation"] for each in linked["problems"]] == [
            rule_url(SITE, each.rule) for each in report.refusals
        ]
        assert {each.rule for each in report.refusals} == {"CR-2", "D1", "D14"}
        for each in linked["problems"]:
            del each["documentation"]
        assert linked == plain

    def test_same_everywhere(self) -> None:
        """A verdict, a report and an exception give the same object."""
        report = check_create([])
        expected = report.verdict.to_problem(documentation_url=SITE)
        with pytest.raises(Refused) as raised:
            report.raise_if_refused()
        assert raised.value.to_problem(documentation_url=SITE) == report.to_problem(documentation_url=SITE) == expected

    def test_bad_url(self) -> None:
        """An address that cannot be used raises ArgumentValueError."""
        with pytest.raises(ArgumentValueError):
            check_create([]).to_problem(documentation_url="docs")
