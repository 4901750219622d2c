"""The measures of the build, `.ci/measure.py`."""

import subprocess
import sys
from pathlib import Path

import pytest

MEASURE = Path(__file__).parents[1] / ".ci" / "measure.py"

FUNCTION = 'def f() -> None:\n    """Say\n    why."""\n    # a comment\n\n'


def measure(root: Path) -> tuple[int, str]:
    """Measure the tree below *root*; return the exit code and what is printed."""
    done = subprocess.run([sys.executable, str(MEASURE), str(root)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def lay_out(root: Path, files: dict[str, str]) -> None:
    """Write files below *root*."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


def test_what_is_within_bounds_passes(tmp_path: Path) -> None:
    """Only lines of code count in a function; a module of Protocols alone has nothing to test."""
    lay_out(
        tmp_path,
        {
            "webhook/__init__.py": "",
            "webhook/core/a.py": FUNCTION + "    x = 1\n" * 24,
            "tests/core/test_a.py": "\n" * 200,
            "webhook/core/b.py": "class B(Protocol):\n    def f(self) -> int:\n        ...\n",
        },
    )

    assert measure(tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("files", "finding"),
    [
        ({"webhook/__main__.py": "x = 1\n" * 201}, "webhook/__main__.py: 201 lines"),
        ({"tests/test_a.py": FUNCTION + "    x = 1\n" * 25}, "tests/test_a.py:1: f has 26 lines"),
        ({"webhook/core/a.py": "def f() -> int: ..."}, "webhook/core/a.py: has no tests/core/test_a.py"),
        ({"webhook/core/a.py": "class A: ..."}, "webhook/core/a.py: has no tests/core/test_a.py"),
    ],
)
def test_what_is_not_is_named(tmp_path: Path, files: dict[str, str], finding: str) -> None:
    """A long file, a long function and a module without its tests each fail the build."""
    lay_out(tmp_path, files)

    code, printed = measure(tmp_path)

    assert code == 1
    assert finding in printed
