"""The centre's shell around the pure machines, as the product has it, guard by guard."""

from __future__ import annotations

from dataclasses import replace

from anju.domain import case as cases
from anju.domain import payment as machine
from anju.domain.case import CaseState
from anju.domain.payment import PaymentStatus
from anju.simulation.clock import Clock
from anju.simulation.faults import Faults
from anju.simulation.guards import Guards
from anju.simulation.store import Account, Order, Refused, SimCase, Store, Transaction
from anju.simulation.years import Years

VERDICTS: dict[str, cases.Event] = {
    "approve": cases.Approve(pays=True),
    "return": cases.ReturnForCorrection(),
    "reject": cases.Reject(),
}


class Centre:
    """Members' and staff's acts, each one transaction."""

    def __init__(self, clock: Clock, faults: Faults, guards: Guards) -> None:
        self.clock, self.faults, self.guards = clock, faults, guards
        self.store = Store()
        self.years = Years(self.store, clock, faults, guards)
        self.unlawful = self.years.unlawful
        self._numbers = 0

    # -- members -------------------------------------------------------------------------------

    def may_apply(self, account_id: int) -> bool:
        """What the page showed: sealed, not frozen, nothing live."""
        account: Account = self.store.tables["account"][account_id]
        return account.state == "sealed" and not account.frozen and account.balance > 0

    def submit(self, account_id: int, *, key: str, reviewed: bool) -> str | None:
        """Submit a withdrawal; the same key gives the first answer."""
        with self.store.transaction() as work:
            known = work.get("key", ("submit", key))
            if known is not None and self.guards.submits_are_idempotent:
                return str(known)
            account: Account = work.get("account", account_id)
            if self.guards.checks_again_under_the_lock:
                if account.frozen or account.state != "sealed":
                    return None
            elif account.state != "sealed":
                return None
            if self.guards.one_live_case and work.get("live", account_id) is not None:
                return None
            ref = f"TQ{len(self.store.tables['case']) + 1:06d}"
            event = cases.Submit(needs_review=reviewed, pays=True)
            state, effects = cases.decide(CaseState.DRAFT, event)
            case = SimCase(ref, account_id, state)
            work.put("key", ("submit", key), ref)
            work.put("live", account_id, ref)
            held = self._hold(work, case, account)
            if held is None:
                return None
            case = held
            if account.frozen:
                self.unlawful.append(f"{ref} was let in while its account is frozen")
            if cases.Effect.ORDER in effects:
                case = self._write_order(work, case)
            work.put("case", ref, case)
        return ref

    def _hold(self, work: Transaction, case: SimCase, account: Account) -> SimCase | None:
        if not self.guards.holds_before_it_orders:
            return case
        free = account.balance - account.held
        if free <= 0:
            return None
        work.put("account", account.id, replace(account, held=account.held + free))
        return replace(case, held=free)

    # -- staff ---------------------------------------------------------------------------------

    def edit(self, ref: str, staff: int) -> None:
        """A member of staff changes evidence: a maker from now on."""
        with self.store.transaction() as work:
            case: SimCase = work.get("case", ref)
            if case.state is CaseState.IN_REVIEW:
                changed = replace(case, content=case.content + 1, makers=case.makers | {staff})
                work.put("case", ref, changed)

    def decide(self, ref: str, staff: int, *, seen: int, seen_round: int, verdict: str) -> bool:
        """Decide what was seen; False when a guard said no."""
        with self.store.transaction() as work:
            case: SimCase = work.get("case", ref)
            if not self._may_decide(case, staff, seen=seen, seen_round=seen_round):
                return False
            event = VERDICTS[verdict]
            try:
                state, effects = cases.decide(case.state, event)
            except cases.IllegalStep:
                if self.guards.machine_refuses_what_does_not_fit:
                    return False
                state, effects = case.state, (cases.Effect.ORDER,)
            if staff in case.makers:
                self.unlawful.append(f"{ref} was decided by {staff}, who made part of it")
            if seen != case.content:
                self.unlawful.append(f"{ref} was decided on content {seen}, not {case.content}")
            case = replace(case, state=state, decided=(*case.decided, (case.round, staff)))
            if verdict == "return":
                case = replace(case, round=case.round + 1)
            if cases.Effect.ORDER in effects:
                case = self._write_order(work, case)
            if cases.Effect.RELEASE in effects:
                case = self._release(work, case)
            work.put("case", ref, case)
        return True

    def _may_decide(self, case: SimCase, staff: int, *, seen: int, seen_round: int) -> bool:
        if self.guards.maker_is_not_checker and staff in case.makers:
            return False
        if self.guards.approval_is_of_this_content and seen != case.content:
            return False
        decided = [one for one, _ in case.decided]
        return not (self.guards.one_decision_per_round and seen_round in decided)

    def resubmit(self, ref: str) -> None:
        """The member mends a returned case."""
        with self.store.transaction() as work:
            case: SimCase = work.get("case", ref)
            if case.state is CaseState.RETURNED:
                state, _ = cases.decide(case.state, cases.Resubmit())
                work.put("case", ref, replace(case, state=state, content=case.content + 1))

    # -- money ---------------------------------------------------------------------------------

    def remit(self, account_id: int, amount: int) -> None:
        """A month is paid in; while an account closes its money waits in suspense."""
        with self.store.transaction() as work:
            account: Account = work.get("account", account_id)
            work.post("remittance", amount)
            self.credit(work, account, amount)

    def credit(self, work: Transaction, account: Account, amount: int) -> None:
        """Money for a member that is booked as cash already; while it closes, it waits."""
        if account.state != "sealed" and self.guards.closing_account_diverts_money:
            waiting = work.get("suspense", ("account", account.id)) or 0
            work.put("suspense", ("account", account.id), waiting + amount)
            return
        self.years.credit(work, account, amount)

    def freeze(self, account_id: int, *, frozen: bool) -> None:
        """A court freezes or lifts; what is ordered already goes on."""
        with self.store.transaction() as work:
            account: Account = work.get("account", account_id)
            if account.state == "sealed" and work.get("live", account_id) is None:
                work.put("account", account_id, replace(account, frozen=frozen))

    def next_number(self) -> str:
        """A number for an order."""
        self._numbers += 1
        return f"ZF{self._numbers:07d}"

    def _write_order(self, work: Transaction, case: SimCase) -> SimCase:
        account: Account = work.get("account", case.account)
        if self.guards.hold_is_checked_at_order and account.state != "sealed":
            raise Refused(f"{case.ref}: account is {account.state}")
        self.years.settle_first(work, account.id)
        account = work.get("account", case.account)
        earned = self.years.interest_of(account)
        number = self.next_number()
        amount = account.balance + earned
        order = Order(
            number=number,
            case=case.ref,
            principal=account.balance,
            interest=earned,
            seal=amount,
            payment=machine.Payment(PaymentStatus.WRITTEN, amount),
            look_at=self.clock.seconds + 30,
            until=self.years.today(account),
            n=self.years.day_product(account, self.years.today(account)),
        )
        work.put("order", number, order)
        work.put("job", number, ("send", number))
        held = account.balance if self.guards.holds_before_it_orders else 0
        work.put("account", account.id, replace(account, state="closing", held=held))
        return replace(case, order=number, held=held, orders=case.orders + 1)

    def _release(self, work: Transaction, case: SimCase) -> SimCase:
        account: Account = work.get("account", case.account)
        if account.state != "closed":
            held = max(0, account.held - case.held)
            work.put("account", account.id, replace(account, held=held, state="sealed"))
            if self.guards.release_makes_up_the_year:
                self.years.make_up(work, account.id)
        work.put("live", case.account, None)
        return replace(case, held=0)
