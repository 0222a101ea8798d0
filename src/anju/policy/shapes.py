"""What each file of a centre's folder may hold: frozen records that refuse every unknown name.

The records are what the rest of the house reads; docs/policy.md tells the same to the people who
write the files. A block may carry `assumed`, which names those of its fields that no source gives
and says why the value was chosen; `check-policy` lists them for whoever confirms them.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^\S(.*\S)?$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
DottedCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$", max_length=80)
]
BankCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,12}$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
AssetName = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9_]+(/[a-z0-9_]+)*\.(svg|png|jpg|webp)$")
]


class Shape(BaseModel):
    """The strictness that all records share."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Block(Shape):
    """A record some of whose values may be our assumption.

    Attributes:
        assumed: field name to the reason why this value was chosen though no source gives it.
    """

    assumed: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _assumes_only_what_it_holds(self) -> Self:
        for name in self.assumed:
            if name == "assumed" or name not in self.model_fields_set:
                raise ValueError(f"assumed names {name!r}, which this block does not hold")
        return self


# --- center.yaml -----------------------------------------------------------------------------


class Hue(Shape):
    """The one colour by which a centre is known, chosen so that it can be read.

    Attributes:
        light: on light pages, for buttons, links and marks.
        dark: the same on dark pages.
        ground: the page's own background on light pages.
    """

    light: Colour
    dark: Colour
    ground: Colour

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        for name, ink, paper in (
            ("light on white", self.light, "#ffffff"),
            ("light on ground", self.light, self.ground),
            ("dark on a dark page", self.dark, DARK_PAGE),
        ):
            ratio = contrast(ink, paper)
            if ratio < CONTRAST_MIN:
                raise ValueError(f"{name}: contrast {ratio:.2f}, at least {CONTRAST_MIN} is needed")
        return self


DARK_PAGE = "#1c1c1e"
CONTRAST_MIN = 4.5
"""WCAG 2.2, level AA, text of normal size."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2.2 defines it, 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


class SignIn(Block):
    """The words of the sign-in page, as people of the city know them."""

    title: Text
    id_number: Text
    password: Text
    submit: Text
    sign_up: Text
    forgot: Text
    reminders_title: Text
    reminders: Annotated[tuple[Text, ...], Field(strict=False, min_length=1, max_length=6)]


class Identity(Block):
    """Who the centre is and how it looks.

    Attributes:
        division: the six digits of its city (GB/T 2260); four of them begin its orders' numbers.
        short_name: signs short messages, as in 【运城公积金】.
        hotline: the number people may call.
        logo: a picture in the centre's folder.
        sign_in, employer_sign_in: the words of the doors of members and of employers' agents.
    """

    name: Text
    name_en: Text
    division: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
    short_name: Annotated[Text, StringConstraints(max_length=12)]
    hotline: Annotated[str, StringConstraints(pattern=r"^[0-9-]{5,20}$")]
    copyright: Text
    hue: Hue
    logo: AssetName
    sign_in: SignIn
    employer_sign_in: SignIn


class Hours(Block):
    """When the centre takes applications online, Beijing time."""

    opens: ClockTime
    closes: ClockTime
    working_days_only: bool


class Labels(Block):
    """Labels of buttons and fields that the city's manual gives and people know."""

    movements: Text


class MenuEntry(Shape):
    """One entry of a section; one that opens nothing yet is shown as 尚未开放.

    Attributes:
        page: the name of a page of the citizen hall.
        service: the code of a service of this centre.
    """

    label: Text
    page: Code | None = None
    service: DottedCode | None = None

    @model_validator(mode="after")
    def _opens_one_thing(self) -> Self:
        if self.page and self.service:
            raise ValueError("an entry opens a page or a service, not both")
        return self


class MenuSection(Block):
    """One section of the city's menu, in the manual's order."""

    title: Text
    entries: Annotated[tuple[MenuEntry, ...], Field(strict=False, min_length=1)]


class EmployerEntry(Shape):
    """One entry of the employer hall and its page; without one it is shown as 尚未开放."""

    label: Text
    page: Code | None = None


class EmployerSection(Block):
    """One section of the employer hall."""

    title: Text
    entries: Annotated[tuple[EmployerEntry, ...], Field(strict=False, min_length=1)]


class LabelledField(Shape):
    """One value of a page: which, and under what label."""

    code: Code
    label: Text


class AccountPage(Block):
    """The page of a member's account.

    Attributes:
        fields: what is shown, in this order.
        query_time: the label of the moment of looking, where the city prints it.
    """

    title: Text
    fields: Annotated[tuple[LabelledField, ...], Field(strict=False, min_length=1)]
    query_time: Text | None = None


class CenterFile(Shape):
    """center.yaml."""

    identity: Identity
    hours: Hours
    labels: Labels
    menu: Annotated[tuple[MenuSection, ...], Field(strict=False, min_length=1)]
    employer_menu: Annotated[tuple[EmployerSection, ...], Field(strict=False, min_length=1)]
    account: AccountPage


# --- branches.yaml ---------------------------------------------------------------------------


class Branch(Block):
    """A branch (管理部) of the centre.

    Attributes:
        divisions: six-digit codes by GB/T 2260 of the divisions it looks after; employers of all
            others come to the first branch.
    """

    code: Code
    name: Text
    address: Text
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9-]{5,20}$")]
    divisions: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")], ...], Field(strict=False)
    ] = ()


class BranchesFile(Shape):
    """branches.yaml."""

    branches: Annotated[tuple[Branch, ...], Field(strict=False, min_length=1)]


# --- words.yaml, reasons.yaml ----------------------------------------------------------------

Table = dict[Code, Text]


class WordsFile(Shape):
    """Code tables: what a code of ours is called on screens."""

    account_states: Table
    movement_kinds: Table
    life_events: Table


class Reason(Shape):
    """Why staff decided so.

    Attributes:
        label: what staff choose in the list.
        tells: the sentence the member reads.
    """

    label: Text
    tells: Text


class ReasonsFile(Shape):
    """reasons.yaml: reason codes by decision."""

    approve: dict[Code, Reason]
    return_for_correction: dict[Code, Reason]
    reject: dict[Code, Reason]
