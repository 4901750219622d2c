"""Which modules are mutated, and which tests are to notice."""

from pathlib import Path

ALSO: dict[str, tuple[str, ...]] = {
    "binding": ("tests/test_inquiry.py", "tests/test_gate.py"),
    "limits": ("tests/core/test_scans.py", "tests/core/test_judging.py"),
    "judging": ("tests/test_gate.py",),
    "scans": ("tests/core/test_judging.py", "tests/core/test_limits.py"),
    "verdict": ("tests/core/test_judging.py", "tests/core/test_response.py", "tests/test_gate.py"),
    "answers": (),
    "answer_fields": ("tests/core/test_answers.py", "tests/core/test_answer_pages.py"),
    "images": ("tests/core/test_pods.py",),
    "lookup": ("tests/test_inquiry.py",),
    "policy": ("tests/core/test_judging.py", "tests/core/test_matching.py", "tests/test_gate.py"),
    "matching": ("tests/core/test_policy.py",),
    "exemptions": ("tests/core/test_judging.py", "tests/core/test_scans.py"),
}
"""Modules of `core`, and tests beyond those that mirror each."""


def file_of(module: str) -> Path:
    """Return the source of a module."""
    return Path("webhook/core", f"{module}.py")


def guarding(module: str) -> list[str]:
    """Return the tests that mirror a module, and the others that are about it."""
    mirrored = [Path("tests/core", f"test_{module}.py"), *sorted(Path("tests/core").glob(f"test_{module}_*.py"))]
    return list(dict.fromkeys([*map(str, mirrored), *ALSO[module]]))
