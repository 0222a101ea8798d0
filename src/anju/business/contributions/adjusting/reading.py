"""A file of new bases: kept sealed, then read by a job into the draft, some thousands at a time.

Done again from the start when it was lost: the same bases are filled in once more.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import localdate

from anju import ports
from anju.business.contributions.adjusting import bases, files
from anju.business.contributions.models import AdjustmentFile, BaseAdjustment
from anju.business.contributions.rosters.reading import limits
from anju.store import audit, evidence, outbox
from anju.store.audit import Actor
from anju.store.tables.shapes import TableRefused

PEOPLE_AT_ONCE: Final = 5_000
PROBLEMS_KEPT: Final = 100
_LOST_AFTER: Final = timedelta(minutes=2)
State = AdjustmentFile.State


class NotSent(ValueError):
    """The file cannot be taken now; the text is for the person."""


class _GivenUp(Exception):
    """The file is not being read any more."""


def send(number: str, *, content: bytes, actor: Actor, at: datetime) -> None:
    """Keep a file of new bases for a draft and have it read.

    Raises NotSent, with nothing written; DoesNotExist for what is no draft any more.
    """
    most = limits(localdate(at)).bytes_max
    if len(content) > most:
        raise NotSent(f"文件超过 {most // 1024 // 1024} MB，没有收下")
    _none_read(BaseAdjustment.objects.get(number=number))
    key = f"adjustment/{uuid4().hex}"
    try:
        digest = evidence.put(key, data=content)
    except OSError as error:
        raise NotSent("文件暂时存不进来，没有保存。请过几分钟再试") from error
    with transaction.atomic():
        draft = bases.locked(number)
        _none_read(draft)
        sent = AdjustmentFile.objects.create(
            adjustment=draft,
            file_key=key,
            file_sha256=digest,
            sent_at=at,
            sent_by=actor.ref,
            touched_at=at,
        )
        _defer(sent)
        audit.write(
            "contributions.adjustment_file_sent",
            at=at,
            actor=actor,
            subject=audit.Subject("adjustment", number),
            details={"bytes": len(content)},
        )


def _none_read(draft: BaseAdjustment) -> None:
    if draft.files.filter(state=State.READING).exists():
        raise NotSent("上一份调整表还在读取，请等读完再上传")


def read(file_id: int, *, instant: Callable[[], datetime]) -> str:
    """Fill a draft from a file that was sent; gives the file's state afterwards.

    Raises what the evidence store raises, to be tried again.
    """
    sent = AdjustmentFile.objects.select_related("adjustment").get(pk=file_id)
    if sent.state == State.READING:
        data = evidence.get(sent.file_key, sha256=sent.file_sha256)
        try:
            _read(sent, data, instant)
        except TableRefused as refused:
            sheet = f"工作表“{refused.sheet}”：" if refused.sheet else ""
            _end(sent, State.REFUSED, instant(), says=sheet + refused.says)
        except BaseAdjustment.DoesNotExist:
            _end(sent, State.LEFT, instant())
        except _GivenUp:
            pass
        sent.refresh_from_db()
    _drop(sent)
    return str(sent.state)


def _read(sent: AdjustmentFile, data: bytes, instant: Callable[[], datetime]) -> None:
    draft = sent.adjustment
    with transaction.atomic():
        bases.synced(bases.locked(draft.number))
    given, wrong = files.judged(draft, data, limits(localdate(instant())))
    _update(sent, instant(), total=len(given), done=0)
    done = 0
    for some in _some(given):
        with transaction.atomic():
            _still(sent)
            done += bases.fill(draft.number, some, actor=Actor.system(), at=instant())
            _update(sent, instant(), done=done)
    told = [[row, says] for row, says in sorted(wrong.items())][:PROBLEMS_KEPT]
    _end(sent, State.TAKEN, instant(), problems=told)


def _some(given: Mapping[str, int | None]) -> Iterator[dict[str, int | None]]:
    coming = iter(given.items())
    while some := dict(islice(coming, PEOPLE_AT_ONCE)):
        yield some


def _still(sent: AdjustmentFile) -> None:
    """Lock the file's row after the draft's; whoever ended it meanwhile ends the reading."""
    bases.locked(sent.adjustment.number)
    rows = AdjustmentFile.objects.select_for_update(no_key=True)
    if rows.values_list("state", flat=True).get(pk=sent.pk) != State.READING:
        raise _GivenUp


def _update(sent: AdjustmentFile, at: datetime, **columns: object) -> None:
    AdjustmentFile.objects.filter(pk=sent.pk, state=State.READING).update(touched_at=at, **columns)


def _end(sent: AdjustmentFile, state: Any, at: datetime, **columns: object) -> None:
    with transaction.atomic():
        _update(sent, at, state=state, **columns)


def _drop(sent: AdjustmentFile) -> None:
    """What was read needs no file any more."""
    if sent.file_key:
        ports.evidence_store().delete(sent.file_key)
        AdjustmentFile.objects.filter(pk=sent.pk).update(file_key="")


def sweep(at: datetime) -> int:
    """Defer again what a lost worker left unread; gives how many."""
    with transaction.atomic():
        lost = AdjustmentFile.objects.select_for_update(no_key=True, skip_locked=True).filter(
            state=State.READING, touched_at__lt=at - _LOST_AFTER
        )
        found = list(lost)
        for sent in found:
            _defer(sent)
        lost.filter(pk__in=[sent.pk for sent in found]).update(touched_at=at)
    return len(found)


def forget() -> int:
    """Drop files that were read and whose worker was lost before it could; how many."""
    left = AdjustmentFile.objects.exclude(state=State.READING).exclude(file_key="")
    found = list(left)
    for sent in found:
        _drop(sent)
    return len(found)


def _defer(sent: AdjustmentFile) -> None:
    outbox.defer("adjustments.read", lock=f"adjustment-{sent.adjustment_id}", file_id=sent.pk)
