"""The rows of the employer hall; see `matrix`."""

from __future__ import annotations

from .entered import STOPPING, its_photo, the_stop
from .rows import DOOR, NEVER, Row, agents, everybody
from .world import AGENTS, the_clerk, the_list, the_roster

EMPLOYER_ROWS = (
    # -- the employer hall: coming in and going out
    Row(
        "employer:sign_in",
        {**everybody("200"), **dict.fromkeys(AGENTS, "on")},
        {**everybody("422"), **dict.fromkeys(AGENTS, "on")},
    ),
    Row("employer:challenge", everybody("200"), NEVER),
    Row("employer:second_factor", DOOR, DOOR),
    Row("employer:sign_up", everybody("200"), everybody("422")),
    Row("employer:forgot", everybody("200"), everybody("422")),
    # -- opening an account: for whoever knows the password of an enterprise, signed in or not
    Row("employer:opening", everybody("200"), everybody("422")),
    Row("employer:opening_details", everybody("on"), everybody("on")),
    Row("employer:opening_done", everybody("on"), NEVER),
    Row("employer:sign_out", NEVER, DOOR),
    Row("employer:large", NEVER, everybody("on")),
    # -- for whom to act; the agent's own login
    Row(
        "employer:choose",
        agents("200"),
        agents("404", clerk="on"),
        sent=lambda world: {"appointment": world.appointments["clerk"]},
    ),
    Row(
        "employer:accept",
        NEVER,
        agents("404"),
        sent=lambda world: {"appointment": world.appointments["clerk"]},
    ),
    Row("employer:security", agents("200"), NEVER),
    Row("employer:password", agents("200"), agents("422")),
    Row("employer:phone", agents("200"), agents("422")),
    Row("employer:totp", agents("200"), agents("422")),
    Row("employer:end_others", NEVER, agents("on")),
    # -- the employer's pages: no id in the address, so there is nothing of anybody else's
    Row("employer:home", agents("200"), NEVER),
    Row("employer:notices", agents("200"), NEVER),
    Row("employer:menu", agents("200"), NEVER),
    Row("employer:section", agents("200"), NEVER, lambda world: {"number": 1}),
    Row("employer:agents", agents("200", clerk="403"), NEVER),
    Row("employer:invite", agents("200", clerk="403"), agents("422", clerk="403")),
    Row("employer:remittances", agents("200"), NEVER),
    Row("employer:remittance_confirm", NEVER, agents("404")),
    Row("employer:back_payments", agents("200"), agents("422", other_unit="200")),
    Row("employer:back_payment_confirm", NEVER, agents("404")),
    Row("employer:base_adjustment", agents("200"), NEVER),
    Row("employer:base_adjustment_template", agents("404"), NEVER, lambda world: {"kind": "csv"}),
    Row(
        "employer:base_adjustment_act",
        NEVER,
        agents("422", other_unit="404"),
        lambda world: {"deed": "begin"},
    ),
    Row("employer:ratio_change", agents("200"), agents("422", other_unit="200")),
    # -- one list: of this employer alone
    Row(
        "employer:remittance", agents("200", other_unit="404"), NEVER, the_list, objects=("number",)
    ),
    Row(
        "employer:remittance_void",
        NEVER,
        agents("on", other_unit="404"),
        the_list,
        objects=("number",),
    ),
    Row(
        "employer:remittance_pay",
        NEVER,
        agents("on", other_unit="404"),
        the_list,
        objects=("number",),
    ),
    Row(
        "employer:remittance_collect",
        NEVER,
        agents("422", other_unit="404"),
        the_list,
        objects=("number",),
    ),
    # -- one agent: an administrator's business, and the agent's own
    Row("employer:agent", agents("200", other_unit="404"), NEVER, the_clerk, objects=("number",)),
    Row(
        "employer:agent_act",
        NEVER,
        agents("on", other_unit="404"),
        lambda world: {**the_clerk(world), "deed": "end"},
        objects=("number",),
    ),
    # -- the employer's account
    Row("employer:account", agents("200"), NEVER),
    Row(
        "employer:details", agents("200", clerk="403"), agents("422", clerk="403", other_unit="404")
    ),
    Row("employer:certificate", agents("200"), agents("422", other_unit="200")),
    Row("employer:history", agents("200"), NEVER),
    Row("employer:history_file", NEVER, agents("200"), lambda world: {"kind": "csv"}),
    Row(
        "employer:list_file",
        NEVER,
        agents("200", other_unit="404"),
        lambda world: {**the_list(world), "kind": "csv"},
        objects=("number",),
    ),
    Row("employer:receipt", agents("404"), NEVER, the_list, objects=("number",)),
    # -- the employer's people
    Row("employer:members", agents("200"), agents("200")),
    Row("employer:members_file", NEVER, agents("200"), lambda world: {"kind": "csv"}),
    Row(
        "employer:member",
        agents("200", other_unit="404"),
        NEVER,
        lambda world: {"number": "80000890"},
        objects=("number",),
    ),
    Row("employer:enrol", agents("200"), agents("422")),
    Row(
        "employer:seals",
        agents("200"),
        agents("200", other_unit="404"),
        sent=lambda world: {"deed": "seal", "who": "80000890"},
    ),
    Row("employer:moves", agents("200"), agents("422"), sent=lambda world: {"deed": "withdraw"}),
    Row(
        "employer:move_offer",
        agents("on"),
        agents("200", other_unit="404"),
        sent=lambda world: {"who": "80000890"},
    ),
    # -- what agents enter for review: of this employer alone
    Row("employer:entries", agents("200"), NEVER, lambda world: {"service": STOPPING}),
    Row("employer:entry_new", agents("200"), agents("422"), lambda world: {"service": STOPPING}),
    Row(
        "employer:entry",
        agents("200", other_unit="404"),
        NEVER,
        the_stop,
        objects=("reference",),
    ),
    Row(
        "employer:entry_add_photo",
        NEVER,
        agents("422", other_unit="404"),
        the_stop,
        objects=("reference",),
    ),
    Row(
        "employer:entry_remove_photo",
        NEVER,
        agents("on", other_unit="404"),
        the_stop,
        lambda world: {"photo": world.pictures["stop"]},
        objects=("reference",),
    ),
    Row(
        "employer:entry_photo",
        agents("200", other_unit="404"),
        NEVER,
        its_photo,
        objects=("reference", "photo"),
    ),
    Row(
        "employer:entry_act",
        NEVER,
        agents("on", other_unit="404"),
        lambda world: {**the_stop(world), "deed": "take-back"},
        objects=("reference",),
    ),
    # -- people from a file: the employer's own rosters
    Row("employer:rosters", agents("200"), agents("422")),
    Row("employer:roster_template", agents("200"), NEVER, lambda world: {"kind": "csv"}),
    Row(
        "employer:roster",
        agents("200", other_unit="404"),
        NEVER,
        the_roster,
        objects=("reference",),
    ),
    Row(
        "employer:roster_row",
        agents("200", other_unit="404"),
        agents("422", other_unit="404"),
        lambda world: {**the_roster(world), "number": 3},
        objects=("reference", "number"),
    ),
    Row(
        "employer:roster_act",
        NEVER,
        agents("on", other_unit="404"),
        lambda world: {**the_roster(world), "deed": "discard"},
        objects=("reference",),
    ),
)
