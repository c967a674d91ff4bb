"""A real server in a thread of the test."""

from __future__ import annotations

import threading
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

# How often a server looks whether it should end.
POLL = 0.02


class _Quiet(WSGIRequestHandler):
    """Keeps its log to itself."""

    def log(self, *_):
        """The test's output is not the place for it."""


class Serving:
    """Serves *app* at ``address`` until it is closed."""

    def __init__(self, app: Any) -> None:
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", 0, app, threaded=True, request_handler=_Quiet
        )
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(POLL,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
