"""A Sphinx extension that gives each file of `docs/exports` the same address on the site as below docs.

Without it, Sphinx puts a linked file into a folder that is named after a hash, and MyST drops the fragment of the link.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from docutils import nodes  # type: ignore[import-untyped]  # its types are in a package of their own
from sphinx.application import Sphinx

_FOLDER: Final = "exports"
# With a scheme, a link is an address, which MyST keeps. A picture has an exclamation mark before it.
_SCHEME: Final = "export:"
_LINK: Final = re.compile(rf"(?<!!)(\[[^\[\]]*\]\()((?:\.\./)*{_FOLDER}/)")


def mark_links(app: Sphinx, docname: str, source: list[str]) -> None:
    """Give links to the exports a scheme of their own."""
    source[0] = _LINK.sub(rf"\1{_SCHEME}\2", source[0])


def restore_links(app: Sphinx, doctree: nodes.document) -> None:
    """Remove the scheme again."""
    for link in doctree.findall(nodes.reference):
        if "refuri" in link:
            link["refuri"] = link["refuri"].removeprefix(_SCHEME)


def copy_files(app: Sphinx, error: Exception | None) -> None:
    """Copy the exports to the site."""
    if error is None and app.builder.format == "html":
        target = Path(app.outdir) / _FOLDER
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(Path(app.srcdir) / _FOLDER, target)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("source-read", mark_links)
    app.connect("doctree-read", restore_links)
    app.connect("build-finished", copy_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
