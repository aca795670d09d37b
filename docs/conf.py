"""The configuration of the documentation site: `python -m sphinx --fail-on-warning docs docs/_build/html`.

The pages are plain Markdown that is readable without the site. Only the pages of the API have directives.
"""

from __future__ import annotations

import sys
from pathlib import Path

import hopdrive_appointments

sys.path.append(str(Path(__file__).parent / "_extensions"))

project = "hopdrive-appointments"
release = version = hopdrive_appointments.__version__
language = "en"
extensions = ["myst_parser", "sphinx.ext.autodoc", "export_files", "public_names", "public_types", "search_words"]
exclude_patterns = ["_build", "exports", "examples"]

# Every reference must lead to something: `--fail-on-warning` makes an error of each that does not.
nitpicky = True
nitpick_ignore_regex = [
    # Other projects: the site is built without the network, so their inventories cannot be fetched.
    ("py:.*", r"(collections|dask|datetime|enum|httpx|httpx2|io|pathlib|re|requests|types|typing)\..*"),
    # The annotations of a named tuple keep the short names of classes.
    ("py:class", r"(Pure(Posix)?)?Path"),
    # Type variables have no page.
    ("py:class", r"hopdrive_appointments\..*\.(T|ValueT|MemberT)"),
]

myst_heading_anchors = 4
# `export_files` marks links to exports with a scheme of their own.
myst_url_schemes = ["http", "https", "mailto", "export"]
smartquotes = False
python_display_short_literal_types = True
default_role = "code"

autodoc_member_order = "bysource"
autodoc_default_options = {
    "undoc-members": True,
    # Include the attributes of private base classes, but not what other projects or other entries document.
    "inherited-members": "object, BaseException, Refused, Mapping, StrEnum, Enum, str, int, tuple, dict, BaseAdapter",
}
add_module_names = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = f"{project} {version}"
html_copy_source = False
html_show_copyright = False
templates_path = ["_templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/interactive-page.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_search_scorer = str(Path(__file__).parent / "_search" / "scorer.js")
html_js_files = [("site.js", {"defer": "defer"})]
