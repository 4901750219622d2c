"""The process that forks the others, where it can be seen by itself; tests/adapters/test_server.py sees it at work."""

import subprocess
import sys


def test_drain_is_seen_by_forked_processes() -> None:
    """The flag that one process raises is seen by those that were forked before."""
    code = (
        "import os, time\n"
        "from webhook.adapters.arbiter import Drain\n"
        "drain = Drain(); child = os.fork()\n"
        "if child == 0:\n"
        "    while not drain(): time.sleep(0.01)\n"
        "    os._exit(7)\n"
        "assert not drain(); drain.begin()\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "7\n"
