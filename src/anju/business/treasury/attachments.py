"""附件数: how many sheets of paper or pictures belong to a voucher, by what caused it."""

from collections.abc import Iterable, Mapping

from anju.business.treasury.models import ManualVoucher
from anju.cases.for_books import pictures_of

Source = tuple[str, str]
"""source_type and source_id of a voucher."""


def of_sources(sources: Iterable[Source]) -> Mapping[Source, int]:
    """Sheets by source: what the accountant counted, the pictures of a case; none is left out."""
    by_type: dict[str, list[str]] = {}
    for source_type, source_id in sources:
        by_type.setdefault(source_type, []).append(source_id)
    typed = ManualVoucher.objects.filter(reference__in=by_type.get("manual", ()))
    counted = dict(typed.values_list("reference", "attachments"))
    of_cases = pictures_of(by_type.get("case", ()))
    return {("manual", one): sheets for one, sheets in counted.items() if sheets} | {
        ("case", one): sheets for one, sheets in of_cases.items()
    }
