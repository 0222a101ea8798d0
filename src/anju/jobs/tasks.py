"""Jobs by name: each asks the clock once, makes one call, and may be repeated without harm."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from anju import ports
from anju.business.contributions import freezes, remitting
from anju.business.contributions.adjusting import reading as adjustment_reading
from anju.business.contributions.deferring import actions as deferring
from anju.business.contributions.dunning import actions as dunning
from anju.business.contributions.flexible import debits
from anju.business.contributions.lowering import actions as lowering
from anju.business.contributions.rosters import reading as roster_reading
from anju.business.contributions.rosters import writing as roster_writing
from anju.business.treasury import actions as treasury
from anju.business.treasury import collecting, day_end, interest_run
from anju.jobs import day, sweepers
from anju.parties import messages

# The sixth field is the seconds: before the other five it would be read as minutes.
EVERY_TEN_SECONDS = "* * * * * */10"
_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=2)


@app.task(name="treasury.send", retry=_AGAIN)
def send_order(order_no: str) -> str:
    """Send a written order to the bank."""
    return treasury.send(order_no, at=ports.clock().now()).value


@app.task(name="treasury.ask", retry=_AGAIN)
def ask_order(order_no: str) -> str:
    """Ask the bank what became of an order."""
    return treasury.ask(order_no, at=ports.clock().now()).value


@app.task(name="treasury.collect", retry=_AGAIN)
def collect(order_no: str) -> str:
    """Ask the bank to fetch a written collection."""
    return collecting.send(order_no, at=ports.clock().now()).value


@app.task(name="treasury.ask_collection", retry=_AGAIN)
def ask_collection(order_no: str) -> str:
    """Ask the bank what became of a collection."""
    return collecting.ask(order_no, at=ports.clock().now()).value


@app.task(name="treasury.take_notice", retry=_AGAIN)
def take_notice(message_id: int) -> str:
    """Work a bank notice from the inbox."""
    return treasury.take_notice(message_id, at=ports.clock().now())


@app.task(name="messages.send_sms", retry=_AGAIN)
def send_sms(message_id: int) -> str:
    """Hand one SMS to the gateway."""
    return messages.deliver(message_id, at=ports.clock().now())


@app.task(name="rosters.read", retry=_AGAIN)
def read_roster(roster_id: int) -> str:
    """Read and check a file of people."""
    return roster_reading.read(roster_id, instant=ports.clock().now)


@app.task(name="rosters.write", retry=_AGAIN)
def write_roster(roster_id: int) -> str:
    """Write a confirmed file of people."""
    return roster_writing.write(roster_id, instant=ports.clock().now)


@app.task(name="adjustments.read", retry=_AGAIN)
def read_adjustment(file_id: int) -> str:
    """Fill a draft from a file of new bases."""
    return adjustment_reading.read(file_id, instant=ports.clock().now)


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="sweepers.money", queueing_lock="sweepers.money")
def sweep_money(timestamp: int) -> None:
    """Find orders, notices and messages whose job was lost."""
    sweepers.money(ports.clock().now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="sweepers.housekeeping", queueing_lock="sweepers.housekeeping")
def sweep_housekeeping(timestamp: int) -> None:
    """Drop what has run out: limits, codes, captchas."""
    sweepers.housekeeping(ports.clock().now())


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="day.turn", queueing_lock="day.turn")
def turn_day(timestamp: int) -> None:
    """Turn the business date once the clock has passed midnight."""
    day.turn(ports.clock().now())


@app.task(name="contributions.allocate", retry=_AGAIN)
def allocate(number: str) -> bool:
    """Give a list's money to everybody in it, if it has come."""
    return remitting.allocate(number, at=ports.clock().now())


@app.periodic(cron="* * * * *")
@app.task(name="contributions.go_on", queueing_lock="contributions.go_on")
def go_on_allocating(timestamp: int) -> None:
    """Take up lists whose worker was lost."""
    remitting.go_on(ports.clock().now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="contributions.remind_late", queueing_lock="contributions.remind_late")
def remind_late(timestamp: int) -> None:
    """Remind employers whose month was not paid in its term."""
    dunning.remind_late(ports.clock().now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="contributions.turn_deferrals", queueing_lock="contributions.turn_deferrals")
def turn_deferrals(timestamp: int) -> None:
    """Begin deferrals whose first month has come, end those whose last has passed."""
    deferring.turn(ports.clock().now())


@app.periodic(cron="* * * * *")
@app.task(name="contributions.turn_ratios", queueing_lock="contributions.turn_ratios")
def turn_ratios(timestamp: int) -> None:
    """Return employers to their former ratios whose lower ones are over."""
    lowering.turn(ports.clock().now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="contributions.lapse_freezes", queueing_lock="contributions.lapse_freezes")
def lapse_freezes(timestamp: int) -> None:
    """End the freezes whose last day is over."""
    freezes.lapse(ports.clock().now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="contributions.ask_banks", queueing_lock="contributions.ask_banks")
def ask_banks(timestamp: int) -> None:
    """Have fetched what people without an employer pay by their plans."""
    debits.ask_banks(ports.clock().now())


@app.task(name="interest.run", retry=_AGAIN)
def run_interest() -> int:
    """Work on the settlement of 30 June as far as it goes without people."""
    return interest_run.run(ports.clock().now)


@app.periodic(cron="* * * * *")
@app.task(name="interest.go_on", queueing_lock="interest.go_on")
def go_on_with_interest(timestamp: int) -> None:
    """Take up a settlement whose worker was lost."""
    interest_run.run(ports.clock().now)


@app.periodic(cron="20 1 * * *")
@app.task(name="interest.day", queueing_lock="interest.day")
def look_after_interest(timestamp: int) -> None:
    """Accrue last month where that is due; settle and restate what came late."""
    at = ports.clock().now()
    interest_run.accrue(at)
    interest_run.settle_stragglers(at)


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="day.end", queueing_lock="day.end")
def end_days(timestamp: int) -> None:
    """Take closing days through the steps of the day end that need nobody."""
    day_end.run(ports.clock().now)


@app.periodic(cron="7 * * * *")
@app.task(name="day.count", queueing_lock="day.count")
def count_open(timestamp: int) -> None:
    """Count the vouchers of days that are not sealed, in the database and in the log."""
    day.count_open(ports.clock().now())


@app.periodic(cron="30 3 * * *")
@app.task(name="day.partitions", queueing_lock="day.partitions")
def prepare_partitions(timestamp: int) -> None:
    """Keep thirteen months of partitions ahead."""
    day.prepare_partitions(ports.clock().now())
