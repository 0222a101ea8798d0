"""The browser's solver agrees with the server's library, with and without the browser's crypto."""

import functools
import http.server
import threading
from pathlib import Path

import altcha
import pytest

SCRIPTS = Path(__file__).parent.parent / "static/pages/js"
SOLVE = """([challenge, plain]) => new Promise((resolve, reject) => {
  const worker = new Worker('/proof_worker.js');
  worker.onerror = (event) => reject(event.message);
  worker.onmessage = (event) => {
    if (event.data.payload) resolve(event.data.payload);
    if (event.data.failed) reject('failed');
  };
  worker.postMessage({challenge, plain});
})"""

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def page(chromium):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(SCRIPTS))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = chromium.new_context()
    opened = context.new_page()
    opened.goto(f"http://127.0.0.1:{server.server_port}/pages.js")
    yield opened
    context.close()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("counter", [0, 7])
def test_solver_finds_what_the_library_hid(page, plain, counter):
    made = altcha.create_challenge(
        "PBKDF2/SHA-256", 5000, counter=counter, hmac_secret="s", data={"kid": "1", "until": 5}
    )
    payload = page.evaluate(SOLVE, [made.to_dict(), plain])
    assert altcha.verify_solution(altcha.Payload.from_base64(payload), "s").verified


def test_solver_refuses_what_it_does_not_know(page):
    made = altcha.create_challenge("SHA-256", 1, counter=1, hmac_secret="s")
    with pytest.raises(Exception, match="failed"):
        page.evaluate(SOLVE, [made.to_dict(), False])
