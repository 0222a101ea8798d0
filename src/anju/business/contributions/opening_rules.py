"""What must hold for an employer to open an account: pure claims, each with its basis and words.

They look at what the employer typed (启缴信息), at what the enterprise platform has registered, and
at what the centre has on its books.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from anju import policy
from anju.domain.calendar import SHANGHAI, add_months
from anju.domain.contribution import month_words, ratio_problem, ratio_words
from anju.domain.contribution_terms import ContributionTerms, Limits
from anju.domain.identifiers import phone_problem, uscc_problem
from anju.domain.money import round_half_away, yuan
from anju.domain.rules import Rule, Ruling

AFFILIATIONS = {
    "10": "中央",
    "20": "省（自治区、直辖市）",
    "40": "市、地区",
    "50": "县",
    "60": "街道、镇、乡",
    "70": "居民、村民委员会",
    "90": "其他",
}
"""单位隶属关系, codes of GB/T 12404."""

_REGULATION = "《住房公积金管理条例》"
_MANUAL = "单位登记开户操作流程：启缴信息录入"
_CENTER = "本中心缴存登记规定"
_TYPED = "启缴信息录入"
_REGISTERED = "企业开办登记"
_BOOKS = "单位账户"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an employer typed (启缴信息录入), beside what the platform knows.

    Attributes:
        first_month: its first day.
        headcount, wages_fen: people and what they earn together in a month; both may be 0.
        agent_name, agent_phone: who acts for the employer.
        with_hall: 是否开启网厅单位版; without it nobody is invited, which can be done later.
    """

    first_month: date
    member_ratio: Decimal
    employer_ratio: Decimal
    headcount: int
    wages_fen: int
    payday: int
    bank_code: str
    bank_branch_code: str
    affiliation: str
    agent_name: str
    agent_phone: str
    with_hall: bool

    @property
    def month_total_fen(self) -> int:
        """月缴存总额 = 月工资总额 × (单位缴存比例 + 个人缴存比例), to the fen, half up."""
        total = self.wages_fen * (Fraction(self.member_ratio) + Fraction(self.employer_ratio))
        return round_half_away(total.numerator, total.denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningFacts:
    """An employer that wants an account.

    Attributes:
        uscc, founded_on: as registered.
        live_account: the number of an account of the code that is not closed, else "".
        name_taken, address_taken: another employer with a live account has the same.
        typed: what it asks for.
    """

    uscc: str
    founded_on: date
    live_account: str
    name_taken: bool
    address_taken: bool
    typed: Opening


def _terms(city: Any) -> ContributionTerms:
    return policy.contribution_terms(city)


def _month(facts: OpeningFacts, terms: ContributionTerms) -> date:
    """The month whose limits hold: the first one, or the first that policy knows."""
    return max(facts.typed.first_month, terms.first_month)


def _limits(facts: OpeningFacts, city: Any) -> Limits:
    terms = _terms(city)
    return terms.limits(_month(facts, terms))


def begins_after_founding(facts: OpeningFacts, city: Any, at: datetime) -> bool:
    """No month is paid in which the employer was not there yet."""
    return facts.typed.first_month >= facts.founded_on.replace(day=1)


def begins_in_a_known_month(facts: OpeningFacts, city: Any, at: datetime) -> bool:
    """Policy says what holds in the month, and it is the next one at the latest."""
    next_month = add_months(at.astimezone(SHANGHAI).date().replace(day=1), 1)
    return _terms(city).first_month <= facts.typed.first_month <= next_month


def member_ratio_is_lawful(facts: OpeningFacts, city: Any, at: datetime) -> bool:
    """The member's ratio lies in the city's interval."""
    terms = _terms(city)
    interval = terms.member_ratios(_month(facts, terms))
    return ratio_problem(Fraction(facts.typed.member_ratio), interval) is None


def employer_ratio_is_lawful(facts: OpeningFacts, city: Any, at: datetime) -> bool:
    """The employer's ratio lies in the city's interval."""
    terms = _terms(city)
    interval = terms.employer_ratios(_month(facts, terms))
    return ratio_problem(Fraction(facts.typed.employer_ratio), interval) is None


def wages_are_somebodys(facts: OpeningFacts, city: Any, at: datetime) -> bool:
    """People and wages are there together, or neither."""
    return facts.typed.headcount >= 0 and facts.typed.wages_fen >= 0 and (
        (facts.typed.headcount == 0) == (facts.typed.wages_fen == 0)
    )  # fmt: skip


def pays_the_minimum(facts: OpeningFacts, city: Any, at: datetime) -> bool:
    """The average wage is not below the local minimum; where nobody is there, it is not asked."""
    if facts.typed.headcount <= 0 or facts.typed.wages_fen <= 0:
        return True
    return facts.typed.wages_fen >= facts.typed.headcount * _limits(facts, city).floor_fen


def pays_within_the_cap(facts: OpeningFacts, city: Any, at: datetime) -> bool:
    """The average wage is not above the cap; where nobody is there, it is not asked."""
    if facts.typed.headcount <= 0 or facts.typed.wages_fen <= 0:
        return True
    return facts.typed.wages_fen <= facts.typed.headcount * _limits(facts, city).cap_fen


def bank_is_known(facts: OpeningFacts, city: Any, at: datetime) -> bool:
    """The collecting bank is a branch of a bank of this centre."""
    bank = city.banks.get(facts.typed.bank_code)
    return bank is not None and facts.typed.bank_branch_code in {
        each.code for each in bank.branches
    }


def _saw_wages(facts: OpeningFacts) -> str:
    if facts.typed.headcount <= 0:
        return f"{facts.typed.headcount} 人，工资总额 {yuan(facts.typed.wages_fen)} 元"
    average = facts.typed.wages_fen // facts.typed.headcount
    return f"{facts.typed.headcount} 人，人均 {yuan(average)} 元"


_rule = Ruling[OpeningFacts]("opening", source=_TYPED).rule

RULES: tuple[Rule[OpeningFacts], ...] = (
    _rule(
        "bad_uscc",
        lambda facts, city, at: uscc_problem(facts.uscc) is None,
        says="统一社会信用代码校验通过",
        fails="统一社会信用代码校验不通过",
        basis="GB 32100-2015《法人和其他组织统一社会信用代码编码规则》",
        saw=lambda facts: facts.uscc,
        source=_REGISTERED,
        mended_by="请对照营业执照核对后重新登录",
    ),
    _rule(
        "account_exists",
        lambda facts, city, at: not facts.live_account,
        says="该单位还没有住房公积金账户",
        fails="该单位已经开立住房公积金账户，不能重复开户",
        basis=f"{_REGULATION}第十三条、第十四条",
        saw=lambda facts: facts.live_account or "没有未销户的单位账户",
        source=_BOOKS,
        mended_by="请直接登录单位网厅，忘记经办人的请联系管理部",
    ),
    _rule(
        "name_taken",
        lambda facts, city, at: not facts.name_taken,
        says="没有其他单位使用这个名称",
        fails="已有单位正在使用相同的名称",
        basis=_CENTER,
        saw=lambda facts: "另有同名单位" if facts.name_taken else "没有同名单位",
        source=_BOOKS,
        mended_by="请携营业执照到管理部柜台办理",
    ),
    _rule(
        "address_taken",
        lambda facts, city, at: not facts.address_taken,
        says="没有其他单位使用这个地址",
        fails="已有单位正在使用相同的地址",
        basis=_CENTER,
        saw=lambda facts: "另有单位同址" if facts.address_taken else "没有单位同址",
        source=_BOOKS,
        mended_by="同一地址有多家单位的，请携营业执照到管理部柜台办理",
    ),
    _rule(
        "first_month_before_founding",
        begins_after_founding,
        says="首次汇缴年月不早于成立月份",
        fails="首次汇缴年月早于单位成立的月份",
        basis=_CENTER,
        saw=lambda facts: f"{month_words(facts.typed.first_month)}，{facts.founded_on} 成立",
        mended_by="请改为成立当月或以后的月份",
    ),
    _rule(
        "first_month_out_of_reach",
        begins_in_a_known_month,
        says="首次汇缴年月可以办理",
        fails="首次汇缴年月太早或晚于下个月",
        basis=_CENTER,
        saw=lambda facts: month_words(facts.typed.first_month),
        mended_by="请改为下个月或以前的月份；多年以前的请到管理部柜台办理",
    ),
    _rule(
        "member_ratio_outside",
        member_ratio_is_lawful,
        says="个人缴存比例在规定范围内",
        fails="个人缴存比例超出规定范围",
        basis=f"{_REGULATION}第十八条；建金〔2016〕74号",
        saw=lambda facts: ratio_words(Fraction(facts.typed.member_ratio)),
        mended_by="请改为本市规定范围内的比例",
    ),
    _rule(
        "employer_ratio_outside",
        employer_ratio_is_lawful,
        says="单位缴存比例在规定范围内",
        fails="单位缴存比例超出规定范围",
        basis=f"{_REGULATION}第十八条；建金〔2016〕74号",
        saw=lambda facts: ratio_words(Fraction(facts.typed.employer_ratio)),
        mended_by="请改为本市规定范围内的比例",
    ),
    _rule(
        "wages_without_people",
        wages_are_somebodys,
        says="月缴存人数与月工资总额相符",
        fails="月缴存人数和月工资总额应同时为 0，或者都大于 0",
        basis=_MANUAL,
        saw=_saw_wages,
        mended_by="请核对月缴存人数和月工资总额；还没有职工的都填 0",
    ),
    _rule(
        "average_below_minimum",
        pays_the_minimum,
        says="人均工资不低于当地最低工资",
        fails="人均工资低于当地最低工资",
        basis=_MANUAL,
        saw=_saw_wages,
        mended_by="请核对月缴存人数和月工资总额",
    ),
    _rule(
        "average_above_cap",
        pays_within_the_cap,
        says="人均工资不超过社会平均工资的 3 倍",
        fails="人均工资超过社会平均工资的 3 倍",
        basis=_MANUAL,
        saw=_saw_wages,
        mended_by="请核对人数和工资；每人的工资超过 3 倍的部分不计入缴存基数",
    ),
    _rule(
        "bad_payday",
        lambda facts, city, at: 1 <= facts.typed.payday <= 31,
        says="发薪日是每月的一天",
        fails="单位发薪日应为 1 至 31 日",
        basis=f"{_REGULATION}第十九条",
        saw=lambda facts: f"每月 {facts.typed.payday} 日",
        mended_by="请填写 1 至 31",
    ),
    _rule(
        "unknown_bank",
        bank_is_known,
        says="委托归集银行可以选择",
        fails="没有这家委托归集银行",
        basis=_CENTER,
        saw=lambda facts: facts.typed.bank_branch_code or "未选择",
        mended_by="请从列出的银行中选择",
    ),
    _rule(
        "unknown_affiliation",
        lambda facts, city, at: facts.typed.affiliation in AFFILIATIONS,
        says="单位隶属关系已选择",
        fails="没有这种单位隶属关系",
        basis="GB/T 12404-1997《单位隶属关系代码》",
        saw=lambda facts: AFFILIATIONS.get(facts.typed.affiliation, "未选择"),
        mended_by="请从列出的隶属关系中选择",
    ),
    _rule(
        "no_agent",
        lambda facts, city, at: (
            bool(facts.typed.agent_name) and not phone_problem(facts.typed.agent_phone)
        ),
        says="经办人姓名和移动电话已填写",
        fails="经办人姓名或移动电话没有填对",
        basis=_MANUAL,
        saw=lambda facts: "已填写" if facts.typed.agent_name else "没有填写经办人姓名",
        mended_by="请填写姓名和 11 位手机号码",
    ),
)
