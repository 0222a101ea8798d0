"""services/<code>.yaml: what a city's file of a service may hold."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from anju.policy.shapes import AssetName, Block, Code, DottedCode, LabelledField, Text


class Slot(Block):
    """A place for pictures of one kind.

    Attributes:
        example: a drawing that shows what is wanted; the centre's own or the national one.
        hint: what makes a picture good.
        only_for: answers by which the place is there at all, by field code; always when empty.
    """

    code: Code
    label: Text
    required: bool
    only_for: dict[Code, Code] = Field(default_factory=dict)
    pages_max: Annotated[int, Field(ge=1, le=20)]
    example: AssetName
    hint: Text


class Step(Block):
    """One page of an application, or the one screen (`entry`) on which an agent or staff enter it.

    Attributes:
        page: what kind of page draws it.
        title: its heading.
        fields: what a record or confirm page shows, in this order.
        proof: what the person proves who they are with on this page, if anything.
        code_label, code_hint, code_button: the words around an SMS code.
        slots: codes of the picture places that an evidence page asks for.
        button: the label of the one button that goes on.
    """

    page: Literal["record", "proof", "evidence", "confirm", "entry"]
    title: Text
    fields: Annotated[tuple[LabelledField, ...], Field(strict=False)] = ()
    proof: Literal["sms", "business_password"] | None = None
    code_label: Text | None = None
    code_hint: Text | None = None
    code_button: Text | None = None
    slots: Annotated[tuple[Code, ...], Field(strict=False)] = ()
    button: Text

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.page in ("record", "confirm") and not self.fields:
            raise ValueError(f"a {self.page} page shows fields, and this one names none")
        if self.page == "entry" and self.proof is not None:
            raise ValueError("an entry page asks for no proof: who enters has signed in")
        if self.page == "proof" and self.proof is None:
            raise ValueError("a proof page says which proof it asks for")
        if (self.page == "evidence") != bool(self.slots) and self.page != "entry":
            raise ValueError("slots stand on evidence pages, and every evidence page names some")
        words = (self.code_label, self.code_hint, self.code_button)
        if self.proof == "sms" and None in words:
            raise ValueError("an SMS code needs code_label, code_hint and code_button")
        if self.proof != "sms" and any(words):
            raise ValueError("code_label, code_hint and code_button belong to proof: sms")
        return self


class Review(Block):
    """When a case is decided by staff before it is paid.

    Attributes:
        when: never, always, sampled (per mille of cases), or when a check is not green.
        sample_per_mille: only with sampled.
        checks: codes of the rules that must be met for a case to be green; a sample also takes
            what is not green, and with always they are shown to staff.
        first_check: whether somebody must look at a case (初审) before another person decides it;
            what was entered at the counter was looked at there.
    """

    when: Literal["never", "always", "sampled", "not_green"]
    sample_per_mille: Annotated[int, Field(ge=1, le=1000)] | None = None
    checks: Annotated[tuple[DottedCode, ...], Field(strict=False)] = ()
    first_check: bool = False

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Self:
        if (self.when == "sampled") != (self.sample_per_mille is not None):
            raise ValueError("sample_per_mille belongs to when: sampled, and to nothing else")
        if self.when == "not_green" and not self.checks:
            raise ValueError("when: not_green needs checks that can be green")
        if self.when == "never" and self.checks:
            raise ValueError("checks are of no use with when: never")
        return self


class ServicePolicy(Block):
    """services/<code>.yaml: one service as this centre offers it; the file's name is its code.

    Attributes:
        life_event: the group in which members look for it; none where only others enter it.
        channels: entries through which it may be applied for.
        conditions: codes of the rules that must all be met before it opens.
        steps: the pages, in order; the last one submits. What agents and staff enter has one page.
        decision_working_days: within how many working days staff decide.
        arrival_working_days: within how many working days of payment the money is expected; where
            money is paid.
        reason_label: what stands under 提取原因, where money is paid.
    """

    title: Text
    summary: Text
    life_event: Code | None = None
    channels: Annotated[
        tuple[Literal["h5", "web", "employer", "counter"], ...],
        Field(strict=False, min_length=1),
    ]
    conditions: Annotated[tuple[DottedCode, ...], Field(strict=False)] = ()
    review: Review
    steps: Annotated[tuple[Step, ...], Field(strict=False, min_length=1)]
    slots: Annotated[tuple[Slot, ...], Field(strict=False)] = ()
    decision_working_days: Annotated[int, Field(ge=1, le=60)]
    arrival_working_days: Annotated[int, Field(ge=1, le=60)] | None = None
    reason_label: Text = ""

    @model_validator(mode="after")
    def _is_applied_for_or_entered(self) -> Self:
        members = bool({"h5", "web"} & set(self.channels))
        entered = any(step.page == "entry" for step in self.steps)
        if members and self.life_event is None:
            raise ValueError("what members apply for has a life_event under which they find it")
        if entered and (members or len(self.steps) > 1):
            raise ValueError("what agents or staff enter has one page, and no channel of members")
        return self

    @model_validator(mode="after")
    def _asks_for_every_picture_once(self) -> Self:
        known = [slot.code for slot in self.slots]
        asked = [code for step in self.steps for code in step.slots]
        if len(set(known)) != len(known):
            raise ValueError("two slots have the same code")
        if sorted(asked) != sorted(known):
            raise ValueError(
                f"steps ask for the slots {sorted(asked)}, the service has {sorted(known)}"
            )
        return self
