"""Tests of the documentation site: it builds without a warning, and every link and anchor inside it resolves."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urldefrag, urlsplit

import pytest
from attrs import Factory, define

import hopdrive_appointments
from hopdrive_appointments import errors, rule_url, rules, verdict
from hopdrive_appointments.errors import AppointmentError
from hopdrive_appointments.verdict import Refused

from . import tools
from .tools.browser import chrome

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ROOT: Final = Path(__file__).parent.parent
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGE: Final = Path(hopdrive_appointments.__file__).parent
# What a browser fetches on its own, as opposed to links that a reader follows.
RESOURCES: Final = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}
# These have no source of ours.
GENERATED_BY_SPHINX: Final = ("genindex", "py-modindex", "search")
# The width of the page, and the widths that long texts in tables have.
WIDTHS: Final = """
const cells = [...document.querySelectorAll("table.docutils tbody td p")];
const long = cells.filter((each) => each.textContent.length > 40);
return [document.documentElement.scrollWidth, long.map((each) => each.clientWidth)];
"""
WAIT_SECONDS: Final = 20
PUBLIC_MODULES: Final = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if not any(part.startswith("_") and part != "__init__.py" for part in path.relative_to(PACKAGE).parts)
    and "__all__" in path.read_text(encoding="utf-8")
)
pytestmark = pytest.mark.tools


@define
class Page(HTMLParser):
    """What the tests need to know about one HTML page."""

    ids: list[str] = Factory(list)
    links: list[str] = Factory(list)
    resources: list[str] = Factory(list)
    alternatives: list[str | None] = Factory(list)
    """The alternative text of each image."""
    headings: list[int] = Factory(list)
    language: str | None = None

    def __attrs_post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the tests need of a tag."""
        attributes = dict(attrs)
        if (id := attributes.get("id")) is not None:
            self.ids.append(id)
        if tag == "a" and (link := attributes.get("href")) is not None:
            self.links.append(link)
        if (resource := attributes.get(RESOURCES.get(tag, ""))) is not None:
            self.resources.append(resource)
        if tag == "img":
            self.alternatives.append(attributes.get("alt"))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.language = attributes.get("lang")


def read(path: Path) -> Page:
    """Parse one page."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Path, Page]:
    """All pages of a site that the command of the README has built, by their paths."""
    for name in ("sphinx", "myst_parser", "furo"):
        tools.module(name, extra="docs")
    found = re.search(r"<!-- command: site -->\n```sh\n.*&& \S*python (.*)\n```", README)
    assert found is not None
    *arguments, source, _ = shlex.split(found[1])
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, *arguments, "--quiet", source, str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    return {path: read(path) for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts}


def first_page(site: Mapping[Path, Page]) -> Path:
    """Return the path of the first page, which is in the top folder of the site."""
    return min((path for path in site if path.name == "index.html"), key=lambda path: len(path.parts))


def targets(path: Path, page: Page) -> Iterator[tuple[str, Path, str]]:
    """Yield the links of a page that stay inside the site, each with its file and its anchor."""
    for link in (*page.links, *page.resources):
        if not urlsplit(link).scheme:
            file, anchor = urldefrag(link)
            yield link, (path.parent / unquote(file.partition("?")[0])).resolve() if file else path, unquote(anchor)


def test_links_resolve(site: Mapping[Path, Page]) -> None:
    """Every link inside the site leads to a file, and its anchor to an element of that page."""
    broken = [
        (path.name, link)
        for path, page in site.items()
        for link, file, anchor in targets(path, page)
        if not file.is_file() or (anchor and file in site and anchor not in site[file].ids)
    ]
    assert broken == []
    assert sum(anchor != "" for path, page in site.items() for _, _, anchor in targets(path, page)) > 1000


class TestExports:
    """The files of docs/exports on the site."""

    def test_addresses(self, site: Mapping[Path, Page]) -> None:
        """Each file has the same address as below docs, and the same content; there is no other copy to link to."""
        top = first_page(site).parent
        files = [path for path in (ROOT / "docs" / "exports").rglob("*") if path.is_file()]
        assert len(files) > 20
        for path in files:
            assert (top / path.relative_to(ROOT / "docs")).read_bytes() == path.read_bytes()
        assert not (top / "_downloads").exists()

    def test_links_kept(self, site: Mapping[Path, Page]) -> None:
        """A link to an export in the Markdown of a page is a link of the page, with its fragment."""
        top = first_page(site).parent
        pages = list((ROOT / "docs").glob("*.md"))
        found = {path: re.findall(r"(?<!!)\[[^\]]*\]\((exports/[^)]+)\)", path.read_text("utf-8")) for path in pages}
        assert sum(map(len, found.values())) > 50
        assert {each.partition("#")[2] for links in found.values() for each in links} > {"", "status=paid", "UP-2"}
        for path, links in found.items():
            assert {*links} <= {*site[top / f"{path.stem}.html"].links}, path.name

    @pytest.mark.parametrize("name", ["index", "exports", "rulebook", "specification", "statuses"])
    def test_interactive_page_linked(self, site: Mapping[Path, Page], name: str) -> None:
        """The pages about rules link the interactive page in their text, and every page links it in the sidebar."""
        top = first_page(site).parent
        target = (top / "exports" / "rulebook.html").resolve()
        linking = {
            path: [file for _, file, _ in targets(path, page)].count(target)
            for path, page in site.items()
            if path != target
        }
        assert [path.name for path, number in linking.items() if number == 0] == []
        assert linking[top / f"{name}.html"] > 1


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start one browser for all tests."""
    with chrome(tmp_path_factory.mktemp("profile")) as started:
        yield started


class TestBrowser:
    """The site as a reader sees it, opened from disk."""

    def test_fragment_followed(self, site: Mapping[Path, Page], browser: Chrome) -> None:
        """A link with a fragment to the interactive page shows what it names."""
        for fragment in ("status=paid", "status=paid&field=driver_notes"):
            browser.get((first_page(site).parent / "exports.html").as_uri())
            link = browser.find_element("css selector", f"article a[href='exports/rulebook.html#{fragment}']")
            browser.execute_script("arguments[0].click()", link)
            assert browser.current_url.endswith(f"/exports/rulebook.html#{fragment}")
            assert browser.find_element("id", fragment).is_displayed()
            assert not browser.find_element("id", "status=new").is_displayed()

    @pytest.mark.parametrize(
        "query",
        [
            "patch paid",
            "PATCH in paid",
            "driver_notes paid",
            "what may PATCH change in paid",
            "update paid appointment",
            "editable fields paid",
            "can I change the phone number after payment",
            "modify paid",
        ],
    )
    def test_search(self, site: Mapping[Path, Page], browser: Chrome, query: str) -> None:
        """A question about what can change in a status leads to what the status allows."""
        assert search(site, browser, query) == "statuses.html"

    @pytest.mark.parametrize("query", ["409", "422", "HTTP 409"])
    def test_search_number(self, site: Mapping[Path, Page], browser: Chrome, query: str) -> None:
        """A search for an HTTP status leads to a page that has it, and another number leads to none."""
        text = (first_page(site).parent / search(site, browser, query)).read_text(encoding="utf-8")
        assert query.rpartition(" ")[2] in text
        assert search(site, browser, f"{query} 98765") == ""

    def test_empty_cells(self, site: Mapping[Path, Page], browser: Chrome) -> None:
        """On a phone, a card has no line for an empty cell, and one for every other cell."""
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        )
        browser.get((first_page(site).parent / "specification.html").as_uri())
        cells = browser.execute_script(
            "return [...document.querySelectorAll('table.cards td')]"
            ".map((each) => [each.textContent.trim() !== '', each.checkVisibility()])"
        )
        assert [False, False] in cells
        assert all(has_text == is_shown for has_text, is_shown in cells)

    @pytest.mark.parametrize("width", [360, 768])
    @pytest.mark.parametrize("name", ["exports", "schemas", "statuses", "rulebook", "specification"])
    def test_narrow(self, site: Mapping[Path, Page], browser: Chrome, name: str, width: int) -> None:
        """On a narrow screen, no page scrolls sideways, and each long text in a table has enough room for its words."""
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
        )
        browser.get((first_page(site).parent / f"{name}.html").as_uri())
        page_width, cells = browser.execute_script(WIDTHS)
        assert page_width == width
        assert cells
        assert min(cells) > 150
        if width == 360:
            shown = (
                "return [...document.querySelectorAll('.table-wrapper')].every((b) => b.scrollWidth <= b.clientWidth)"
            )
            assert browser.execute_script(shown)  # each row is a card


def search(site: Mapping[Path, Page], browser: Chrome, query: str) -> str:
    """Return the file of the first page that a search of the site lists, or an empty text."""
    browser.get(f"{(first_page(site).parent / 'search.html').as_uri()}?q={quote(query)}")
    found = (
        "const link = document.querySelector('ul.search li a'); const text = document.body.innerText;"
        "return link ? link.getAttribute('href') : text.includes('did not match any documents') && '?'"
    )
    return (
        str(wait_for(f"the result of the search for {query!r}", lambda: browser.execute_script(found)))
        .partition("?")[0]
        .partition("#")[0]
    )


def wait_for(what: str, condition: Callable[[], object]) -> object:
    """Return what a condition returns when it holds. Raises TimeoutError if it does not hold in time."""
    deadline = monotonic() + WAIT_SECONDS
    while not (found := condition()):
        if monotonic() > deadline:
            raise TimeoutError(f"after {WAIT_SECONDS} seconds, {what} is still missing")
        sleep(0.05)
    return found


def test_no_copyright(site: Mapping[Path, Page]) -> None:
    """No page has a copyright line without a name."""
    assert not [path.name for path in site if "Copyright" in path.read_text(encoding="utf-8")]


def test_nothing_fetched(site: Mapping[Path, Page]) -> None:
    """No page makes the browser fetch anything from the network."""
    assert [each for page in site.values() for each in page.resources if urlsplit(each).netloc] == []
    styles = list(first_page(site).parent.rglob("*.css"))
    assert styles
    for style in styles:
        assert re.findall(r"(?:url\(\s*[\"']?|@import\s+[\"']?)(?:https?:)?//", style.read_text(encoding="utf-8")) == []


def test_accessible(site: Mapping[Path, Page]) -> None:
    """Every page has a language, unique ids, and headings in order; every image has alternative text."""
    pages = {path: page for path, page in site.items() if path.stem not in GENERATED_BY_SPHINX}
    assert len(pages) > 20
    for path, page in pages.items():
        assert page.language == "en", path.name
        assert len(set(page.ids)) == len(page.ids), path.name
        assert all(alternative and alternative.strip() for alternative in page.alternatives), path.name
        assert page.headings[:1] == [1], path.name
        assert page.headings.count(1) == 1, path.name
        assert all(below - above <= 1 for above, below in pairwise(page.headings)), path.name


def test_every_source_page(site: Mapping[Path, Page]) -> None:
    """Every Markdown page below docs is a page of the site, and the first page leads to it."""
    names = {page.relative_to(ROOT / "docs").with_suffix("") for page in (ROOT / "docs").glob("**/*.md")}
    names = {name for name in names if name.parts[0] not in ("_build", "exports", "examples")}
    index = first_page(site)
    linked = {file.relative_to(index.parent).with_suffix("") for _, file, _ in targets(index, site[index])}
    assert names <= {path.relative_to(index.parent).with_suffix("") for path in site}
    assert {name for name in names if len(name.parts) == 1} <= linked


@pytest.mark.parametrize("name", PUBLIC_MODULES)
def test_public_names(site: Mapping[Path, Page], name: str) -> None:
    """Every name in `__all__` of a public module has an entry, or a link to the entry in the module that defines it."""
    ids = {id for page in site.values() for id in page.ids}
    anchors = {anchor.rpartition(".")[2] for path, page in site.items() for _, _, anchor in targets(path, page)}
    for public in import_module(name).__all__:
        assert f"{name}.{public}" in ids or (name == "hopdrive_appointments" and public in anchors), public


def test_inherited_members(site: Mapping[Path, Page]) -> None:
    """An exception has entries only for its own members; a class has those of its private base classes, too."""
    ids = {id for page in site.values() for id in page.ids}
    exceptions = [getattr(module, name) for module in (errors, verdict) for name in module.__all__]
    exceptions = [each for each in exceptions if issubclass(each, AppointmentError)]
    assert Refused in exceptions
    for each in exceptions:
        start = f"{each.__module__}.{each.__name__}"
        assert {id.removeprefix(f"{start}.") for id in ids if id.startswith(f"{start}.")} <= vars(each).keys()
    assert "hopdrive_appointments.verdict.Verdict.findings" in ids


def test_exceptions_linked(site: Mapping[Path, Page]) -> None:
    """The page of the exceptions leads to those of a refusal, which are on another page."""
    (path,) = [path for path in site if path.parts[-2:] == ("api", "errors.html")]
    linked = {anchor for link, file, anchor in targets(path, site[path])}
    assert {f"hopdrive_appointments.verdict.{name}" for name in ("Refused", "RecordInvalid", "AccessDenied")} <= linked


def test_rule_urls(site: Mapping[Path, Page]) -> None:
    """The URL that `rule_url` returns for a rule leads to an element of the site."""
    top = first_page(site).parent
    for id in rules.RULES:
        file, anchor = urldefrag(rule_url(top.as_uri(), id))
        assert anchor in site[Path(unquote(urlsplit(file).path))].ids, id


def test_version_shown(site: Mapping[Path, Page]) -> None:
    """The title of the first page has the version of the package."""
    index = first_page(site)
    assert f"{hopdrive_appointments.__version__}</title>" in index.read_text(encoding="utf-8").replace("\n", "")
