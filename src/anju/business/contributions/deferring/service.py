"""缓缴 as a service: declared once, found by its place."""

from anju.business.contributions import standing
from anju.business.contributions.deferring import actions, facts
from anju.business.contributions.deferring.facts import DeferringFacts
from anju.business.contributions.deferring.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service


def _money(code: str, label: str, hint: str = "") -> EntryField:
    return EntryField(code, label, "money", hint=hint, required=False)


SERVICE: Service[DeferringFacts] = Service(
    code="contributions.deferring",
    exclusion_group="deferring",
    number_kind="HH",
    rules=RULES,
    gather=facts.gather,
    subject=standing.subject,
    lock=standing.lock,
    finish=actions.finish,
    record=facts.record,
    record_fields=facts.RECORD_FIELDS,
    entry=Entry(
        about="employer",
        fields=(
            EntryField("from_month", "缓缴起始年月", "month", hint="应汇缴年月，如 2026-12"),
            EntryField("to_month", "缓缴截止年月", "month", hint="缓缴的最后一个月，如 2027-05"),
            EntryField("reason", "缓缴原因", "choice", tuple(facts.REASONS.items())),
            EntryField("account", "情况说明", "long_text", hint="困难的经过，以及恢复缴存的打算"),
            _money("profit_last", "上年盈利（元）", "盈利、亏损只填一项"),
            _money("loss_last", "上年亏损（元）"),
            _money("profit_before", "前年盈利（元）", "当时还没有设立的，前年的不填"),
            _money("loss_before", "前年亏损（元）"),
            EntryField("wage_last", "上年职工月平均工资（元）", "money"),
            _money("wage_before", "前年职工月平均工资（元）"),
        ),
        clean=facts.clean,
    ),
    warning="批准后缓缴的月份不再按月汇缴，恢复缴存后应当补缴；缓缴期间职工的缴存会中断。",
)
