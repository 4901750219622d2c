"""The gate's own server before the application that does nothing: `python -m bench.null_server FOLDER THREADS`.

FOLDER has the certificate and its key.
"""

import sys
from pathlib import Path

from bench.null_app import application
from tests.plain_server import run
from webhook.adapters.server import Applications

if __name__ == "__main__":
    folder, threads = sys.argv[1:]
    run(Path(folder), lambda _: Applications(application, application), workers=1, threads=int(threads))
