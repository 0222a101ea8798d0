"""A key is changed by commands alone, and every value follows it."""

from __future__ import annotations

import argparse
import json

import pytest

from anju.config.commands import keys, reindex, reseal
from anju.parties import facts
from anju.parties.models import Person
from anju.parties.tests import cast
from anju.store import keyring
from anju.store.fields import unseal
from anju.store.keyring import Keyring


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "ring.json"
    assert run(keys, "make", str(path)) == 0
    return path


def run(command, *words):
    """A command as the shell runs it."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words))


def ring(path):
    """The ring as a process that starts now reads it."""
    return keyring.using(Keyring.from_file(path, production=True))


def test_a_ring_is_made_once(path, capsys):
    before = path.read_bytes()
    assert run(keys, "make", str(path)) == 1
    assert "never overwritten" in capsys.readouterr().out
    assert path.read_bytes() == before


@pytest.mark.django_db
def test_a_sealing_key_is_changed_and_the_old_one_leaves(path, capsys):
    with ring(path):
        person = cast.person()
    assert run(keys, "change", str(path), "field", "--suite", "sm4-gcm") == 0
    assert "field-2 is at work" in capsys.readouterr().out
    with ring(path):
        assert run(reseal, "--batch", "1") == 0
        assert "parties_person: field-2 3\n" in capsys.readouterr().out
    assert run(keys, "drop", str(path), "field-1") == 0
    with ring(path):
        assert unseal(Person.objects.get(pk=person.pk), "phone").expose() == cast.phone()
    assert path.stat().st_mode & 0o077 == 0
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.django_db
def test_index_keys_are_changed_one_column_after_the_other(path, capsys):
    with ring(path):
        cast.person()
    for column, live in (("b", "a"), ("a", "b")):
        with ring(path):
            assert run(reindex, live) == 1
            assert "live" in capsys.readouterr().out
        assert run(keys, "change", str(path), f"index_{column}") == 0
        with ring(path):
            assert run(reindex, column) == 0
        assert run(keys, "live", str(path), column) == 0
        with ring(path):
            assert facts.person_by_id_number(cast.id_number()) is not None
    assert json.loads(path.read_text())["live_index"] == "a"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("drop", "field-1"), "at work"),
        (("drop", "nothing-1"), "no key"),
        (("drop", "evidence-1"), "stays"),
        (("change", "field", "--suite", "hmac-sm3"), "does not serve"),
    ],
)
def test_what_would_lose_something_is_refused(path, capsys, words, says):
    run(keys, "change", str(path), "evidence")
    before = path.read_bytes()
    assert run(keys, words[0], str(path), *words[1:]) == 1
    assert says in capsys.readouterr().out
    assert path.read_bytes() == before


def test_a_file_that_is_no_ring_is_named(tmp_path, capsys):
    path = tmp_path / "note.txt"
    path.write_text("{}")
    assert run(keys, "change", str(path), "field") == 1
    assert "lacks" in capsys.readouterr().out
    assert run(keys, "live", str(tmp_path / "nowhere"), "b") == 1
