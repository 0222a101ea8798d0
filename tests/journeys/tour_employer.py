"""The employer hall's pages, one after another, for whoever goes along."""

from __future__ import annotations

from .company import Company
from .halls import EmployerHall, Seen, Way

# Pages that only show something, for an administrator with a clerk.
STILL = {
    "home": "/unit/",
    "menu": "/unit/menu/",
    "section": "/unit/menu/1/",
    "agents": "/unit/agents/",
    "security": "/unit/security/",
    "choose": "/unit/choose/",
}
# Forms, seen as they are and with what is missing told.
FORMS = {
    "invite": "/unit/agents/invite/",
    "password": "/unit/security/password/",
}


def go(company: Company, center: str, way: Way, seen: Seen) -> None:
    """Through the doors and inside, as the administrator who has an app for codes."""
    agent = company.cast.agent(center)
    hall = company.demo.hall(center)
    unit = EmployerHall(company.browser, hall, way, agent=agent, totp=company.demo.totp)

    def look(name: str, path: str = "") -> None:
        if path:
            unit.go(path)
        seen(f"unit/{name}", unit.page)

    def press(text: str) -> None:
        unit.press_on(unit.page.get_by_role("button", name=text))

    for name, path in {"sign-up": "/unit/sign-up/", "forgot": "/unit/forgot/"}.items():
        look(name, path)
        unit.press_on(unit.page.locator("main form .actions button"))
        look(f"{name}-empty")
    look("sign-in", "/unit/sign-in/")
    unit.give_password()
    look("second-factor")
    unit.give_code()
    for name, path in STILL.items():
        look(name, path)
    for name, path in FORMS.items():
        look(name, path)
        unit.press_on(unit.page.locator("main form .actions button"))
        look(f"{name}-empty")
    look("totp-in-use", "/unit/security/totp/")
    unit.go("/unit/agents/")
    unit.press_on(unit.page.locator("a.row-act").first)
    look("agent")
    look("not-found", "/unit/nowhere/")
    unit.go("/unit/security/")
    if way.size != "phone":
        press("退出")
        look("signed-out")
    unit.close()
