"""The HTML page: well-formed, self-contained, and complete. `html_browser` uses it in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hopdrive_appointments import rules
from hopdrive_appointments._record_json import record_from_json
from hopdrive_appointments.export import html, rulebook_json
from hopdrive_appointments.export._html.elements import Html, Row, element, joined, linked, table
from hopdrive_appointments.export._html.page import data_block
from hopdrive_appointments.rules import Group, Status
from hopdrive_appointments.rules.grammar import GRAMMAR
from hopdrive_appointments.rules.literals import LITERALS
from hopdrive_appointments.rules.own_decisions import OWN_DECISIONS
from hopdrive_appointments.rules.procedure import STAGES, STEPS
from tests.builders import CONTACT, OPEN, STAGED, TERMINAL
from tests.html_page import (
    BOOK,
    DATA,
    NODES,
    PAGE,
    TEXT,
    Node,
    consistency_rows,
    field_rows,
    panel,
    reference,
    tree,
    trigger_rows,
)

LOADING: Final = ("src", "srcset", "data", "action", "formaction", "background", "poster", "xlink:href", "style")


# The statuses in whose panels a rule is.
WHERE: Final = {
    "CR-1": OPEN,
    "CR-2": (*OPEN, *STAGED),
    "RP-1": (*OPEN, *STAGED),
    "RP-2": (*OPEN, *STAGED),
    "RP-3": OPEN,
    "PA-1": (*OPEN, *STAGED),
    "UP-1": TERMINAL,
    "UP-2": tuple(Status),
    "UP-3": STAGED,
    "UP-4": STAGED,
    "UP-5": tuple(Status),
    "PD-1": OPEN,
    "PD-2": ("pending", *STAGED),
    "PD-3": (*OPEN, "ready"),
    "PD-4": OPEN,
    "PD-5": OPEN,
    "PD-6": STAGED,
    "LC-1": tuple(Status),
    "LC-2": tuple(Status),
    "LC-3": tuple(Status),
    "LC-4": ("refunded", "failed"),
    "LC-5": (*OPEN, *STAGED),
    "LC-6": (*OPEN, *STAGED, "canceled"),
    "AD-1": (*OPEN, *STAGED),
    "RV-1": (*OPEN, *STAGED, "canceled"),
    "RV-2": tuple(Status),
    "RV-3": tuple(Status),
    "D4": STAGED,
    "D5": OPEN,
    "D6": OPEN,
    "D8": tuple(Status),
    "D9": ("ready", "paid"),
    "D10": ("canceled", "refunded"),
    "D11": (*OPEN, *STAGED, "canceled", "failed"),
    "D16": (*OPEN, *STAGED),
}
# Characters that have a meaning in markup, and all others.
TEXTS: Final = st.text(st.sampled_from("<>&\"'/!-;#=ltx ") | st.characters())


class TestMarkup:
    """The page as a document."""

    def test_ids_unique(self) -> None:
        """No id appears twice, and none has white space."""
        ids = [id for node in NODES if (id := node.attributes.get("id")) is not None]
        assert [id for id, count in Counter(ids).items() if count > 1] == []
        assert not any(re.search(r"\s", id) or not id for id in ids)

    def test_links_resolve(self) -> None:
        """Every link leads to an id of the page, and every reference to an element of the page resolves."""
        ids = {node.attributes.get("id") for node in NODES}
        targets = [str(node.attributes["href"]) for node in NODES if node.name == "a"]
        assert len(targets) > 500
        assert [target for target in targets if target[0] != "#" or target[1:] not in ids] == []
        for node in NODES:
            for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
                assert set((node.attributes.get(name) or "").split()) <= ids

    def test_controls_labelled(self) -> None:
        """Each label names a control, and each control has exactly one label."""
        controls = [node.attributes["id"] for node in NODES if node.name in ("input", "select", "textarea")]
        labels = [node.attributes["for"] for node in NODES if node.name == "label"]
        assert sorted(map(str, labels)) == sorted(map(str, controls))
        assert len(controls) == 6
        assert all(node.text for node in NODES if node.name == "label")

    def test_tables_regular(self) -> None:
        """Each row of a table has a cell for each heading, with its label, and its first cell is its heading."""
        for each in PAGE.nodes("table"):
            headings = [heading.text for heading in each.only("thead").nodes("th")]
            assert each.only("caption").text
            for row in each.only("tbody").nodes("tr"):
                cells = [cell for cell in row.children if isinstance(cell, Node)]
                assert [cell.name for cell in cells] == ["th", *["td"] * (len(headings) - 1)]
                assert [cell.attributes["data-label"] for cell in cells[1:]] == headings[1:]
                assert all(cell.text.strip() for cell in cells)

    def test_headings_in_order(self) -> None:
        """The levels of headings grow by one at most, and there is one first-level heading."""
        levels = [int(node.name[1]) for node in NODES if re.fullmatch(r"h[1-6]", node.name)]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))

    def test_same_text(self) -> None:
        """The page is the same each time."""
        assert html() == TEXT


class TestSelfContained:
    """The page loads nothing."""

    def test_nothing_loaded(self) -> None:
        """No element, style or script refers to anything outside the page."""
        for node in NODES:
            assert node.name not in {"img", "iframe", "object", "embed", "audio", "video", "image", "use", "base"}
            assert not any(name in node.attributes for name in LOADING), node.name
            assert not any(name.startswith("on") for name in node.attributes), node.name
        assert [node.attributes["href"] for node in NODES if node.name == "link"] == ["data:,"]
        code = "".join(node.text for node in NODES if node.name in ("style", "script"))
        assert not re.search(r"@import|url\(|\bfetch\b|XMLHttpRequest|import\(|https?:|WebSocket|sendBeacon", code)
        addresses = set(re.findall(r"\b\w+://[^\s\"'<]*", TEXT))
        assert addresses == {"http://www.w3.org/2000/svg"}  # a namespace, which nothing loads

    def test_no_markup_from_script(self) -> None:
        """The scripts insert text, never markup, and do not evaluate text as code."""
        script = PAGE.only("script", type="module").text
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\bFunction\(", script)
        assert "textContent" in script

    def test_policy(self) -> None:
        """The content security policy allows exactly the styles and the script of the page, and no request."""
        policy = PAGE.only("meta", http_equiv="Content-Security-Policy").attributes["content"] or ""
        directives = {name: values for name, *values in (each.split() for each in policy.split(";"))}

        def hashes(*nodes: Node) -> list[str]:
            digests = (hashlib.sha256(node.text.encode()).digest() for node in nodes)
            return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]

        assert directives["default-src"] == ["'none'"]
        assert directives["script-src"] == hashes(PAGE.only("script", type="module"))
        assert directives["style-src"] == hashes(*PAGE.nodes("style"))
        others = {name: values for name, values in directives.items() if name not in ("script-src", "style-src")}
        assert others == {name: ["'none'"] for name in ("default-src", "base-uri", "form-action")} | {
            "img-src": ["data:"]
        }

    def test_embedded_rulebook(self) -> None:
        """The rulebook in the page is exactly the JSON export."""
        embedded = PAGE.only("script", id="rulebook").text
        assert json.loads(embedded) == BOOK
        assert embedded.replace("\\u003c", "<") == rulebook_json()

    @pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--<script>", "]]>&lt;\u2028"])
    def test_data_cannot_escape(self, text: str) -> None:
        """Text in the data neither ends its element nor begins a comment, and reads back unchanged."""
        block = data_block("x", json.dumps([text]))
        (script,) = tree(block).children
        assert isinstance(script, Node)
        assert json.loads(script.text) == [text]
        assert block.count("<") == 2


class TestElements:
    """The functions that write markup."""

    @given(TEXTS, TEXTS)
    @example("<b>&lt;", "\"'&quot;")
    def test_text_escaped(self, text: str, value: str) -> None:
        """Text and values of attributes read back unchanged, and add no element."""
        text, value = (re.sub("[\r\0\ud800-\udfff]", "", each) for each in (text, value))
        (made,) = tree(element("p", text, title=value)).children
        assert isinstance(made, Node)
        assert "".join(map(str, made.children)) == text
        assert made.attributes == {"title": value}

    def test_markup_kept(self) -> None:
        """Markup is not escaped again, in an element or in a list of parts."""
        inner = element("b", "a & b")
        assert joined(["<", inner], "; ") == "&lt;; <b>a &amp; b</b>"
        assert element("p", inner, Html("<i></i>")) == "<p><b>a &amp; b</b><i></i></p>"

    def test_attributes(self) -> None:
        """None and False leave an attribute out, and True gives one without a value."""
        assert element("input", id=None, hidden=False, data_entry=True, for_="a") == '<input data-entry for="a">'

    def test_ids_linked(self) -> None:
        """Ids in a text become links if they are in the register, and other text stays."""
        text = "See D4, UP-2 and S20, not D99, XX-1 or <D4x>."
        made = tree(linked(text))
        assert made.text == text
        assert [node.attributes["href"] for node in made.nodes("a")] == ["#D4", "#UP-2", "#S20"]

    def test_rows_complete(self) -> None:
        """A row with a missing cell is an error."""
        with pytest.raises(ValueError, match="argument 2"):
            table("caption", ("a", "b"), [Row(("1",))])


class TestReference:
    """The tables of the rules."""

    @pytest.mark.parametrize(
        ("section", "ids"),
        [
            ("rules", [id for id in rules.RULES if id not in rules.DECISIONS]),
            ("decisions", list(rules.DECISIONS)),
            ("transitions", [*rules.STATUSES, *rules.TRANSITIONS]),
            ("fields", [*rules.FIELDS, *rules.SYSTEM_FIELDS]),
            ("limits", list(rules.LIMITS)),
            ("codes", list(rules.CODES)),
            ("sources", list(rules.SOURCE_STATEMENTS)),
            ("procedure", [*(f"{step.number}. {step.name}" for step in STEPS.values()), *STAGES]),
        ],
    )
    def test_rows(self, section: str, ids: list[str]) -> None:
        """Each row of the tables is in its section once, in the same order, and the search finds it."""
        assert [row[0] for row in reference(section).rows()] == ids
        rows = [row for body in reference(section).nodes("tbody") for row in body.nodes("tr")]
        assert all("data-entry" in row.attributes for row in rows)

    def test_kinds(self) -> None:
        """Each kind has its JSON type, its definition and its literals."""
        rows = reference("kinds").rows()
        assert [row[0] for row in rows] == [f"{kind} JSON {row.json_type}" for kind, row in GRAMMAR.items()]
        for row, kind in zip(rows, GRAMMAR.values(), strict=True):
            assert row[1] == "".join(statement.words for statement in kind.definition)
            assert row[4:] == [kind.equality, ", ".join(kind.rules)]
        booleans = rows[list(GRAMMAR).index(rules.Kind.BOOLEAN)]
        assert booleans[2:4] == ["true false", '0 1 "true"']

    def test_literals(self) -> None:
        """A literal that is shown in full is JSON text with the value of the original, and ASCII."""
        shown = [node.text for node in reference("kinds").nodes("code", class_="literal")]
        literals = [each for row in LITERALS.values() for each in (*row.accepted, *row.refused)]
        assert len(shown) == len(literals)
        for text, literal in zip(shown, literals, strict=True):
            assert text.isascii() or " … " in text
            if " … " in text:
                assert text.endswith(f"({len(literal)} characters)")
            elif literal in text or not literal.isascii():
                assert json.loads(text) == json.loads(literal)

    def test_every_text(self) -> None:
        """The statements, alternatives, reasons and meanings of every table are in the page."""
        text = PAGE.text
        statements = {id: row.statement for id, row in rules.RULES.items()}
        statements |= {id: row.statement for id, row in rules.SOURCE_STATEMENTS.items()}
        assert [id for id, statement in statements.items() if statement not in text] == []
        for decision in rules.DECISIONS.values():
            refined = ", ".join((*decision.refines, *decision.interprets)) or "–"
            cells = [decision.id, decision.statement, decision.alternatives, decision.reason, refined]
            assert cells in reference("decisions").rows()
        meanings = [row.meaning for row in rules.STATUSES.values()]
        meanings += [row.meaning for row in rules.CODES.values()]
        meanings += [row.meaning for row in rules.TRANSPORTATION_TYPES.values()]
        assert [meaning for meaning in meanings if meaning not in text] == []
        for finding in (*rules.REASONS, *rules.ADVICE):
            assert f"{finding.message}{finding.hint}" in text
        for limit in rules.LIMITS.values():
            assert [limit.name, str(limit.value), limit.unit, limit.rule] in reference("limits").rows()

    def test_requirements(self) -> None:
        """Each type has a row with what it requires."""
        rows = reference("requirements").rows()
        for row in rules.REQUIREMENTS.values():
            elected = "nothing yet" if row.elected is None else row.elected
            assert [elected, row.appointment_time, row.pickup_location_id, row.rule] in rows


class TestPanels:
    """What the page shows for each status, without a browser."""

    @pytest.mark.parametrize("status", Status)
    def test_fields(self, status: Status) -> None:
        """Each of the sixteen fields has the words for its access and its changes in the group of the status."""
        rows = [row[:4] for row in panel(status).rows() if row[0] in rules.FIELDS]
        assert rows == field_rows(status)
        assert len(rows) == 16

    @pytest.mark.rule("UP-1", "UP-3", "UP-4", "D2", "D3", "D12")
    @pytest.mark.parametrize(
        ("statuses", "field", "words"),
        [
            (OPEN, "vehicle_vin", ["optional", "can change", "can change", "RP-1, PA-1"]),
            (STAGED, "vehicle_vin", ["optional", "frozen", "frozen", "UP-4"]),
            (STAGED, "driver_notes", ["optional", "by PATCH only", "can change", "PA-1, UP-3"]),
            (TERMINAL, "driver_notes", ["optional", "closed", "closed", "UP-1"]),
            (STAGED, "transportation_type", ["not allowed", "frozen", "not allowed", "D2, D3, D4"]),
            (OPEN, "customer_id", ["required", "not allowed", "not allowed", "UP-5, D12"]),
        ],
    )
    def test_words(self, statuses: tuple[str, ...], field: str, words: list[str]) -> None:
        """The words and rules of some fields, written out."""
        for status in statuses:
            assert [row[1:] for row in panel(status).rows() if row[0] == field] == [words]

    @pytest.mark.rule("UP-1", "UP-2", "UP-3")
    @pytest.mark.parametrize("status", Status)
    def test_summaries(self, status: Status) -> None:
        """The sentences on PATCH and PUT name the fields that can change, or all others."""
        sentences = {
            each.attributes["data-can"]: each for each in panel(status).nodes("p") if "data-can" in each.attributes
        }
        named = {key: tuple(code.text for code in each.nodes("code")) for key, each in sentences.items()}
        expected = {
            Group.OPEN: {"patch": ("customer_id", "transportation_type"), "replace": ("customer_id",)},
            Group.STAGED: {"patch": CONTACT, "replace": ()},
            Group.TERMINAL: {"patch": (), "replace": ()},
        }
        group = rules.STATUSES[status].group
        assert named == expected[group]
        assert all(("except" in each.text) is (group is Group.OPEN) for each in sentences.values())
        past = " It is refused when the appointment's time is past (UP-2)."
        assert all(each.text.endswith(past) is (group is not Group.TERMINAL) for each in sentences.values())

    @pytest.mark.parametrize("status", Status)
    def test_triggers(self, status: Status) -> None:
        """The triggers that leave a status have their guards and effects, and no other trigger is there."""
        leaving = {row.trigger: row for row in rules.TRANSITIONS.values() if status in row.sources}
        found = [row for row in panel(status).rows() if row[0] in rules.TRANSITIONS]
        assert [[*row[:3], row[-1]] for row in found] == trigger_rows(status)
        rows = {row[0]: row[1:] for row in found}
        for trigger, (_, _, guard, effect, _) in rows.items():
            row = leaving[rules.Trigger(trigger)]
            assert row.note in guard
            assert all(fact in guard for fact in row.guard)
            assert (effect == "–") is (row.target not in rules.EFFECTS)
        ways = next(each for each in panel(status).nodes("p") if each.attributes.get("class") == "incoming").text
        for row in rules.TRANSITIONS.values():
            assert (f"{row.trigger} from {', '.join(row.sources)}" in ways) is (row.target is status)

    @pytest.mark.rule("RV-3")
    @pytest.mark.parametrize("status", Status)
    def test_consistency(self, status: Status) -> None:
        """The combinations of a consistent record are those of the rulebook."""
        assert [row[1:] for row in panel(status).rows() if row[0].isdigit()] == consistency_rows(status)

    @pytest.mark.parametrize("status", Status)
    def test_rules(self, status: Status) -> None:
        """Each rule has its statement, its provenance in words, and the statements of the source page."""
        rows = {row[0]: row[1:] for row in panel(status).rows() if row[0] in rules.RULES}
        assert {"LC-1", "RV-3", "UP-2", "UP-5"} <= rows.keys()
        group = rules.STATUSES[status].group
        assert ("UP-1" in rows) is (group is Group.TERMINAL)
        assert ({"UP-3", "UP-4", "D4"} <= rows.keys()) is (group is Group.STAGED)
        for id, (statement, provenance, sources) in rows.items():
            rule = rules.RULES[id]
            assert statement == rule.statement
            assert [part[0] for part in provenance.split("; ")] == list(rule.provenances)
            assert "decided by this project" in provenance or "stated by HopDrive" in provenance
            assert all(f"{id}: {rules.SOURCE_STATEMENTS[id].statement}" in sources for id in rule.sources)

    @pytest.mark.parametrize(("id", "statuses"), WHERE.items())
    def test_where(self, id: str, statuses: tuple[str, ...]) -> None:
        """A rule is in the panels of these statuses, and in no other one."""
        assert [status for status in Status if any(row[0] == id for row in panel(status).rows())] == list(statuses)

    def test_every_rule(self) -> None:
        """Every rule and every decision that makes a rule precise is in a panel; those of every request are below."""
        below = {
            link.text for each in NODES if each.attributes.get("class") == "key requests" for link in each.nodes("a")
        }
        shown = {row[0] for status in Status for row in panel(status).rows() if row[0] in rules.RULES}
        local = {decision.id for decision in rules.DECISIONS.values() if not decision.refines}
        assert shown | below == rules.RULES.keys() - local
        assert below & shown == set()
        assert below - {row.id for row in OWN_DECISIONS} == {"AC-1", "D1", "D13", "D14", "D15", "D17"}

    def test_cited_rules_shown(self) -> None:
        """Every rule that a panel cites is one of the rules that it shows."""
        for status in Status:
            below = {
                id
                for each in panel(status).nodes(class_="key requests")
                for id in re.findall(r"[A-Z]+-?\d+", each.text)
            }
            cited = {link.text for link in panel(status).nodes("a") if link.text in rules.RULES} - below
            statements = {row[0] for row in panel(status).rows() if row[0] in rules.RULES}
            mentioned = set(re.findall(r"[A-Z]+-?\d+", " ".join(rules.RULES[id].statement for id in statements)))
            assert cited - mentioned - statements == set()


class TestForm:
    """The examples and words of the form."""

    def test_records_consistent(self) -> None:
        """The example of a record for each status is consistent."""
        assert list(DATA["records"]) == list(Status)
        for status, value in DATA["records"].items():
            assert record_from_json(value).status == status

    def test_bodies(self) -> None:
        """The examples of bodies are for every operation, and have known, refused and unknown members."""
        operations = {body["operation"] for body in DATA["bodies"].values()}
        assert operations == {"create", "replace", "patch"}
        names = {name for body in DATA["bodies"].values() for name in body["body"]}
        assert names == {*rules.FIELDS, "id", "status", "transport_type"}
        assert all(rules.METHODS[title.split()[0]] == body["operation"] for title, body in DATA["bodies"].items())

    def test_words_complete(self) -> None:
        """Every code of a change and every access of a body has its word."""
        codes = {code for row in BOOK["fields"] for groups in row["change"].values() for code in groups.values()}
        assert {row["code"] for row in DATA["change_words"]} == codes
        assert set(DATA["body_words"]) == {access for row in BOOK["fields"] for access in row["body"].values()}

    def test_limits_of_form(self) -> None:
        """The page says what the form does not judge, and which command does."""
        text = reference("access").text
        assert "hopdrive-appointments check --operation patch --record record.json body.json" in text
        for word in ("Values", "Times", "different from the record's", "reasons to be pending", "repeated keys"):
            assert word in text
