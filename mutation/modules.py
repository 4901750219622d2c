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
    "repeats": (),
    "exemptions": ("tests/core/test_judging.py", "tests/core/test_scans.py"),
}
"""Modules of `core`, or beside it, and tests beyond those that mirror each."""


def file_of(module: str) -> Path:
    """Return the source of a module."""
    inner = Path("webhook/core", f"{module}.py")
    return inner if inner.exists() else Path("webhook", f"{module}.py")


def name_of(module: str) -> str:
    """Return the name by which it is imported."""
    return ".".join(file_of(module).with_suffix("").parts)


def guarding(module: str) -> list[str]:
    """Return the tests that mirror a module, and the others that are about it."""
    folder = Path("tests", *file_of(module).parent.parts[1:])
    mirrored = [folder / f"test_{module}.py", *sorted(folder.glob(f"test_{module}_*.py"))]
    return list(dict.fromkeys([*map(str, mirrored), *ALSO[module]]))
