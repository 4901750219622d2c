"""A mutant before its tests."""

import subprocess
import sys

from tests.documents import ROOT

TRY = (
    "from mutation.modules import file_of, guarding\n"
    "from mutation.trial import noticed, prepare\n"
    "prepare()\n"
    "source = file_of('answer_fields').read_text()\n"
    "test = ['tests/core/test_answer_fields.py']\n"
    "print(noticed('webhook.core.answer_fields', source, test))\n"
    "print(noticed('webhook.core.answer_fields', source.replace('not isinstance(value, str)', 'False'), test))\n"
    "print(noticed('webhook.core.answer_fields', 'while True: pass', test))\n"
)


def test_fault_is_noticed_and_a_module_without_one_is_not() -> None:
    """The same tests, the same way; a module that never comes to an end is noticed as well."""
    code = f"import mutation.trial as trial\ntrial.CPU_SECONDS = 3\n{TRY}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stdout.split() == ["False", "True", "True"], done.stderr
