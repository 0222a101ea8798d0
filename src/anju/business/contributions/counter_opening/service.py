"""柜台单位开户 as a service: declared once, found by its place."""

from anju.business.contributions import opening
from anju.business.contributions.counter_opening import actions, facts
from anju.business.contributions.counter_opening.facts import CounterOpeningFacts
from anju.business.contributions.counter_opening.rules import RULES
from anju.business.contributions.opening_rules import AFFILIATIONS
from anju.cases.declaration import Entry, EntryField, Service

_HALL = ((facts.YES, "开启，短信邀请经办人"), ("no", "暂不开启"))

SERVICE: Service[CounterOpeningFacts] = Service(
    code="contributions.counter_opening",
    exclusion_group="counter_opening",
    number_kind="KH",
    record=facts.record,
    record_fields=facts.RECORD_FIELDS,
    finish=actions.finish,
    lock=actions.lock,
    rules=RULES,
    gather=facts.gather,
    fingerprint=facts.fingerprint,
    subject=facts.subject,
    entry=Entry(
        about="newcomer",
        named_by="name",
        fields=(
            EntryField("name", "单位名称", "text"),
            EntryField("uscc", "统一社会信用代码", "text"),
            EntryField("address", "单位地址", "text", hint="写到门牌和房号"),
            EntryField("founded_on", "成立日期", "day", hint="如 2020-06-18"),
            EntryField("legal_representative", "法定代表人姓名", "text"),
            EntryField("division", "注册地行政区划", "choice", from_city=facts.divisions),
            EntryField("affiliation", "单位隶属关系", "choice", tuple(AFFILIATIONS.items())),
            EntryField("employer_ratio", "单位缴存比例（%）", "ratio", hint="如 12"),
            EntryField("member_ratio", "个人缴存比例（%）", "ratio", hint="如 12"),
            EntryField("headcount", "月缴存人数", "count", hint="还没有职工的填 0"),
            EntryField("wages", "月工资总额（元）", "money", hint="还没有职工的填 0"),
            EntryField("payday", "单位发薪日", "count", hint="每月几日，1 至 31"),
            EntryField("first_month", "首次汇缴年月", "month", hint="如 2026-11"),
            EntryField("bank", "委托归集银行", "choice", from_city=opening.banks),
            EntryField("agent_name", "经办人姓名", "text"),
            EntryField("agent_phone", "经办人移动电话", "text"),
            EntryField("with_hall", "是否开启网厅单位版", "choice", _HALL),
        ),
        clean=facts.clean,
    ),
    warning="批准后即开立单位账户，从首次汇缴年月起按月汇缴。",
)
