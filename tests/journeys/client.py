"""A member and somebody at the counter with the plainest of browsers: no script, no pictures."""

from __future__ import annotations

import io

from PIL import Image

from anju.config.demo.browsing import Browser, Page
from anju.config.demo.smoke import sign_in
from anju.policy import DemoMember, DemoStaff

from .outside import Outside, wait_for

STEPS_AT_MOST = 12


def photo(shade: int = 200) -> bytes:
    """A picture of nothing, large enough to be taken."""
    picture = Image.new("RGB", (960, 600), (shade, 210, 190))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


class Member:
    """One member over HTTP."""

    def __init__(self, hall: str, channel: str, *, member: DemoMember, outside: Outside) -> None:
        self.browser = Browser(hall)
        self.entry = "/h5/" if channel == "h5" else "/"
        self.member = member
        self.outside = outside

    def get(self, path: str) -> Page:
        """Go somewhere."""
        return self.browser.get(path)

    def sign_in(self) -> Page:
        """By ID number, password and proof of work."""
        return sign_in(self.browser, self.member, "h5" if self.entry == "/h5/" else "web")

    def apply(self, service: str) -> str:
        """Go through every page of a service; returns the case's reference."""
        page = self.browser.get(f"/services/{service}/")
        page = self.browser.submit(page, page.form("csrfmiddlewaretoken", action=f"/{service}/$"))
        for _ in range(STEPS_AT_MOST):
            if "/step/" not in page.path:
                break
            page = self._take(page)
        reference = page.path.split("/")[2]
        assert page.path == f"/cases/{reference}/done/", page.excerpt
        return reference

    def _take(self, page: Page) -> Page:
        here = page.path
        for form in [form for form in page.forms if form.files]:
            sent = (form.files[0], ("photo.jpg", photo(), "image/jpeg"))
            page = self.browser.submit(page, form, files=dict([sent]))
        form = next(f for f in page.forms if not f.files and f.action.endswith(here))
        values: dict[str, str] = {}
        if "code" in form.values:
            known = len(self.outside.texts(self.member.phone))
            page = self.browser.submit(page, form, button="send_code")
            values["code"] = self.outside.code(self.member.phone, known)
            form = page.form("code")
        if "business_password" in form.values:
            values["business_password"] = self.member.business_password
        page = self.browser.submit(page, form, values)
        assert page.path != here, page.excerpt
        return page

    def wait_for_end(self, reference: str, state: str = "已办结") -> str:
        """Look at the case until it stands there. Raises TimeoutError."""

        def look() -> str:
            return state if state in self.get(f"/cases/{reference}/").text else ""

        return str(wait_for(look, f"{state} of {reference}"))


class Staff:
    """Somebody at the counter over HTTP."""

    def __init__(self, hall: str, *, staff: DemoStaff) -> None:
        self.browser = Browser(hall)
        self.staff = staff

    def get(self, path: str) -> Page:
        """Go somewhere."""
        return self.browser.get(path)

    def sign_in(self, totp: str) -> Page:
        """By name, password and the code of the moment."""
        page = self.browser.get("/counter/sign-in/")
        page = self.browser.submit(
            page,
            page.form("username", "totp"),
            {"username": self.staff.username, "password": self.staff.password, "totp": totp},
        )
        assert "sign-in" not in page.path, page.excerpt
        return page
