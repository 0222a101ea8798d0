"""Pictures of a case: cleaned, encrypted, numbered, and never replaced in place."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from anju import policy
from anju.cases.engine import locked_case, made_by
from anju.cases.models import Case, Evidence
from anju.cases.ownership import own_case
from anju.cases.records import Done, EvidenceAdded, EvidenceFile, Mistakes, NotYours
from anju.cases.showing import places_of
from anju.domain.case import CaseState
from anju.policy import Step
from anju.store import evidence as blobs
from anju.store.uploads import UploadRefused, clean_image

_NOT_STORED = "照片暂时存不进来，这一张没有保存。已填写的和已存的照片都在，请过几分钟再试。"


def add_evidence(
    reference: str, *, person_id: int, slot: str, content: bytes, at: datetime
) -> EvidenceAdded | Mistakes:
    """Keep a picture the applicant took.

    Raises:
        NotYours: not a case of this person.
    """
    case = own_case(reference, person_id)
    if case.state not in (CaseState.DRAFT, CaseState.RETURNED):
        return Mistakes({slot: "业务已提交，不能再更换照片。"})
    return keep(case, slot=slot, content=content, uploaded_by=None, at=at)


def keep(
    case: Case, *, slot: str, content: bytes, uploaded_by: int | None, at: datetime
) -> EvidenceAdded | Mistakes:
    """Clean, encrypt and store one picture, then write its row; the row knows the hash.

    `uploaded_by` is the agent or member of staff, who becomes a maker; None for the member.
    """
    places = {place.code: place for place in places_of(case)}
    if slot not in places:
        raise NotYours(slot)
    params = policy.current().params
    on = at.date()
    try:
        image = clean_image(
            content,
            bytes_max=params.evidence_bytes_max.on(on).value,
            pixels_max=params.evidence_pixels_max.on(on).value,
        )
    except UploadRefused as refused:
        return Mistakes({slot: str(refused)})
    key = f"{case.reference}/{uuid4().hex}"
    try:
        digest = blobs.put(key, data=image.data)
    except OSError:
        return Mistakes({slot: _NOT_STORED})
    with transaction.atomic():
        if locked_case(case.reference).state != case.state:
            # Submitted or decided while the picture travelled: what was submitted stays as it was.
            return Mistakes({slot: "业务状态刚刚有变化，这一张没有保存，请查看最新状态。"})
        present = list(case.evidence.filter(slot=slot, removed_at__isnull=True).order_by("page_no"))
        if len(present) >= places[slot].pages_max:
            # A retake: the slot is full, so the newest picture takes the last place.
            last = present.pop()
            last.removed_at = at
            last.save(update_fields=["removed_at"])
        Evidence.objects.create(
            case=case,
            slot=slot,
            page_no=max((page.page_no for page in present), default=0) + 1,
            store_key=key,
            sha256=digest,
            content_type=image.content_type,
            uploaded_by=uploaded_by,
            uploaded_at=at,
        )
        if uploaded_by is not None:
            made_by(case, uploaded_by, at=at)
    return EvidenceAdded(slot)


def remove_evidence(
    reference: str, *, person_id: int, evidence_id: int, at: datetime
) -> Done | Mistakes:
    """Take a picture away; its row stays, marked.

    Raises:
        NotYours: not a picture of this person's case.
    """
    return take_away(own_case(reference, person_id), evidence_id, at=at)


def take_away(case: Case, evidence_id: int, *, at: datetime) -> Done | Mistakes:
    """Take a picture away from a case that is the caller's to mend. Raises NotYours."""
    if case.state not in (CaseState.DRAFT, CaseState.RETURNED):
        return Mistakes({"": "业务已提交，不能再删除照片。"})
    with transaction.atomic():
        if locked_case(case.reference).state != case.state:
            return Mistakes({"": "业务状态刚刚有变化，照片没有删除，请查看最新状态。"})
        found = case.evidence.filter(pk=evidence_id, removed_at__isnull=True).update(removed_at=at)
    if not found:
        raise NotYours(str(evidence_id))
    return Done()


def missing_slots(case: Case, step: Step) -> list[str]:
    """The required slots of this step that have no picture yet."""
    if not step.slots:
        return []
    present = set(case.evidence.filter(removed_at__isnull=True).values_list("slot", flat=True))
    required = {place.code for place in places_of(case) if place.required}
    return [code for code in step.slots if code in required and code not in present]


def first_lacking_step(case: Case) -> int | None:
    """The first step that lacks a required picture: one may be taken away after its page."""
    steps = policy.current().services[case.service_code].steps
    for number, step in enumerate(steps, start=1):
        if missing_slots(case, step):
            return number
    return None


def open_picture(picture: Evidence) -> EvidenceFile:
    """The picture in the clear; a changed blob is refused by its hash."""
    content = blobs.get(picture.store_key, sha256=picture.sha256)
    suffix = "png" if picture.content_type == "image/png" else "jpg"
    return EvidenceFile(content, picture.content_type, f"{picture.slot}-{picture.page_no}.{suffix}")
