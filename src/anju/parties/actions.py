"""Writes about people and employers: each one transaction, each with its audit row."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pyotp
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from anju.domain import identifiers
from anju.domain.half_width import half_width
from anju.parties import indexes, rules
from anju.parties.answers import RuleBroken
from anju.parties.cards import bind_card as bind_card
from anju.parties.cards import unbind_card as unbind_card
from anju.parties.credentials import peppered
from anju.parties.models import ROLES, Employer, Person, User
from anju.parties.personal import put_id_number, put_name, put_phone, require
from anju.store import audit
from anju.store.bulk import copy_new
from anju.store.fields import next_pk, next_pks, seal, unseal
from anju.store.index import set_index

_USERNAME: Final = re.compile(r"[a-z][a-z0-9.-]{2,29}")


def enrol_person(
    *,
    name: str,
    id_number: str,
    phone: str | None = None,
    id_type: str = "01",
    actor: audit.Actor,
    at: datetime,
) -> Person:
    """Write down a person we did not know. Raises RuleBroken for a bad number or a known person."""
    person = _new_person(next_pk(Person), name, id_number, id_type, at)
    if phone is not None:
        put_phone(person, phone, at=at)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            _audit("parties.person_enrolled", person.pk, actor, at)
    except IntegrityError as error:
        raise RuleBroken("该身份证号码已登记，不能重复登记") from error
    return person


def enrol_people(
    people: Sequence[tuple[str, str]],
    *,
    phones: Sequence[str] = (),
    actor: audit.Actor,
    at: datetime,
) -> tuple[int, ...]:
    """Write down many people at once, as (name, ID number); their keys in the same order.

    All or none, by one audit row. `phones`, when given, has one number for each of them. Raises
    RuleBroken for a bad number or a known person.
    """
    keys = next_pks(Person, len(people))
    rows = [
        _new_person(key, name, id_number, "01", at)
        for key, (name, id_number) in zip(keys, people, strict=True)
    ]
    if phones:
        for row, phone in zip(rows, phones, strict=True):
            put_phone(row, phone, at=at)
    try:
        with transaction.atomic():
            copy_new(Person, rows)
            subject = audit.Subject("people", f"{keys[0]}-{keys[-1]}")
            audit.write("parties.people_enrolled", at=at, actor=actor, subject=subject)
    except IntegrityError as error:
        raise RuleBroken("名单中有身份证号码已登记，不能重复登记") from error
    return keys


def _new_person(key: int, name: str, id_number: str, id_type: str, at: datetime) -> Person:
    person = Person(pk=key, id_type=id_type, enrolled_at=at)
    put_id_number(person, id_number, on=localdate(at))
    put_name(person, name)
    return person


def change_phone(person_id: int, *, phone: str, actor: audit.Actor, at: datetime) -> None:
    """Replace the mobile number. Raises RuleBroken. Tell the old number before calling this."""
    with transaction.atomic():
        person = _locked_person(person_id)
        put_phone(person, phone, at=at)
        person.save(update_fields=["phone", "phone_a", "phone_b", "phone_since"])
        _audit("parties.phone_changed", person_id, actor, at)


def open_login(
    person_id: int, *, password: str | None = None, actor: audit.Actor, at: datetime
) -> User:
    """Give a person a member's login; without a password it opens nothing yet.

    Raises RuleBroken for a weak password or when there is a login already.
    """
    if password is not None:
        require(rules.password_problem(password, on=localdate(at)))
    person = Person.objects.get(pk=person_id)
    user = User(
        pk=next_pk(User),
        kind=User.Kind.MEMBER,
        person=person,
        password=make_password(password),
        password_since=at if password is not None else None,
        created_at=at,
    )
    set_index(user, "login", indexes.LOGIN, unseal(person, "id_number").expose())
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            _audit("parties.login_opened", person_id, actor, at)
    except IntegrityError as error:
        raise RuleBroken("此人已开通网上服务，不能重复开通") from error
    return user


def set_login_password(user_id: int, *, password: str, actor: audit.Actor, at: datetime) -> None:
    """Replace the login password; all sessions of the user end with it. Raises RuleBroken."""
    require(rules.password_problem(password, on=localdate(at)))
    encoded = make_password(password)
    with transaction.atomic():
        User.objects.filter(pk=user_id).update(password=encoded, password_since=at)
        _audit("parties.login_password_set", user_id, actor, at, kind="user")


def set_business_password(user_id: int, *, password: str, actor: audit.Actor, at: datetime) -> None:
    """Replace the six-digit business password. Raises RuleBroken.

    The caller asks for a factor that is not the login password first: resetting one by the other
    would make one out of two.
    """
    user = User.objects.select_related("person").get(pk=user_id, kind=User.Kind.MEMBER)
    id_number = unseal(user.person, "id_number").expose()
    phone = unseal(user.person, "phone").expose()
    require(rules.business_password_problem(password, id_number=id_number, phone=phone))
    stored = peppered(user_id, password)
    with transaction.atomic():
        User.objects.filter(pk=user_id).update(business_password=stored)
        _audit("parties.business_password_set", user_id, actor, at, kind="user")


def register_employer(
    *, name: str, uscc: str, branch_code: str, actor: audit.Actor, at: datetime
) -> Employer:
    """Write down an employer. Raises RuleBroken for a bad code or a known employer."""
    code = identifiers.normalise_uscc(uscc)
    require(identifiers.uscc_problem(code))
    employer = Employer(name=name.strip(), uscc=code, branch_code=branch_code, registered_at=at)
    try:
        with transaction.atomic():
            employer.save(force_insert=True)
            _audit("parties.employer_registered", employer.pk, actor, at, kind="employer")
    except IntegrityError as error:
        raise RuleBroken("该统一社会信用代码已登记") from error
    return employer


def register_own_payer(
    *, name: str, code: str, branch_code: str, actor: audit.Actor, at: datetime
) -> Employer:
    """Write down a payer that is no organisation but the centre's own: its code is no USCC.

    Raises IntegrityError for a known code.
    """
    made = Employer(name=name, uscc=code, branch_code=branch_code, registered_at=at)
    made.save(force_insert=True)
    _audit("parties.employer_registered", made.pk, actor, at, kind="employer")
    return made


def change_employer(
    employer_id: int, *, name: str, uscc: str, actor: audit.Actor, at: datetime
) -> None:
    """Put another name or code, where one is given, into an employer's row; what stood before is
    written down. Raises RuleBroken for a bad code or another employer's.
    """
    with transaction.atomic():
        employer = Employer.objects.select_for_update(no_key=True).get(pk=employer_id)
        code = identifiers.normalise_uscc(uscc) if uscc else employer.uscc
        require(identifiers.uscc_problem(code) if uscc else None)
        new = {"name": name.strip() or employer.name, "uscc": code}
        was = {each: getattr(employer, each) for each in new}
        changed = {each: [was[each], new[each]] for each in new if was[each] != new[each]}
        employer.name, employer.uscc = new["name"], new["uscc"]
        try:
            with transaction.atomic():
                employer.save(update_fields=["name", "uscc"])
        except IntegrityError as error:
            raise RuleBroken("该统一社会信用代码已登记") from error
        if changed:
            subject = audit.Subject("employer", str(employer_id))
            audit.write(
                "parties.employer_changed", at=at, actor=actor, subject=subject, details=changed
            )


def create_staff(
    *,
    username: str,
    display_name: str,
    branch_code: str,
    roles: tuple[str, ...],
    password: str,
    totp_secret: str | None = None,
    person_id: int | None = None,
    actor: audit.Actor,
    at: datetime,
) -> User:
    """Give a member of staff a login. Raises RuleBroken.

    `totp_secret` is base32; without one a fresh secret is made (shown once, at enrolment, by
    `totp_uri`). `person_id` ties the login to the person, who then never decides the own case.
    """
    name = half_width(username).lower()
    require(None if _USERNAME.fullmatch(name) else "用户名应为 3 至 30 位小写字母、数字、点或横线")
    require(None if set(roles) <= set(ROLES) and roles else "请选择岗位")
    require(rules.password_problem(password, on=localdate(at)))
    user = User(
        pk=next_pk(User),
        kind=User.Kind.STAFF,
        username=name,
        display_name=display_name,
        branch_code=branch_code,
        roles=sorted(set(roles)),
        password=make_password(password),
        person_id=person_id,
        password_since=at,
        created_at=at,
    )
    set_index(user, "login", indexes.LOGIN, name)
    seal(user, "totp_secret", totp_secret or pyotp.random_base32())
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            _audit("parties.staff_created", user.pk, actor, at, kind="user", roles=user.roles)
    except IntegrityError as error:
        raise RuleBroken("该用户名已被使用") from error
    return user


def totp_uri(user_id: int, *, issuer: str, actor: audit.Actor, at: datetime) -> str:
    """The address an authenticator app reads once, at enrolment; leaves an audit row."""
    user = User.objects.get(pk=user_id, kind=User.Kind.STAFF)
    secret = unseal(user, "totp_secret").expose()
    with transaction.atomic():
        _audit("parties.totp_shown", user_id, actor, at, kind="user")
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=issuer)


def disable_user(user_id: int, *, reason: str, actor: audit.Actor, at: datetime) -> None:
    """Close a login; sessions of it end with their next request."""
    with transaction.atomic():
        User.objects.filter(pk=user_id).update(is_active=False)
        _audit("parties.user_disabled", user_id, actor, at, kind="user", reason=reason)


def _locked_person(person_id: int) -> Person:
    person: Person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    return person


def _audit(
    action: str,
    subject_id: int,
    actor: audit.Actor,
    at: datetime,
    *,
    kind: str = "person",
    reason: str = "",
    **details: object,
) -> None:
    subject = audit.Subject(kind, str(subject_id))
    audit.write(action, at=at, actor=actor, subject=subject, reason=reason, details=details)
