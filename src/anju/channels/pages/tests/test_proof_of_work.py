"""The browser's solver agrees with the server's library, with and without the browser's crypto."""

import functools
import http.server
import threading
from pathlib import Path
from shutil import which

import altcha
import pytest

SCRIPTS = Path(__file__).parent.parent / "static/pages/js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
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
def page():
    browser_path = which("chromium") or which("chromium-browser") or which("google-chrome")
    if browser_path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(SCRIPTS))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        opened = browser.new_page()
        opened.goto(f"http://127.0.0.1:{server.server_port}/pages.js")
        yield opened
        browser.close()
    server.shutdown()


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
