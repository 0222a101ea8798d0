"""The promises of `ports.evidence`, kept by the folder store."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from anju.adapters import evidence_files
from anju.ports.evidence import EvidenceKeyTaken, EvidenceMissing, EvidenceStore

KEY = "TQ202611200007/6f9619ff-8b86-4011-b42d-00c04fc964ff"
BLOB = bytes(range(256)) * 40


class EvidenceContract:
    """What every evidence store must do. Subclasses give `store`."""

    def test_what_was_put_is_got_back(self, store: EvidenceStore) -> None:
        store.put(KEY, blob=BLOB)
        assert store.get(KEY) == BLOB
        assert store.exists(KEY)

    def test_an_empty_blob_is_a_blob(self, store: EvidenceStore) -> None:
        store.put(KEY, blob=b"")
        assert store.get(KEY) == b""

    def test_a_key_never_used_is_missing(self, store: EvidenceStore) -> None:
        assert not store.exists(KEY)
        with pytest.raises(EvidenceMissing):
            store.get(KEY)

    def test_the_same_again_is_fine_and_another_is_refused(self, store: EvidenceStore) -> None:
        store.put(KEY, blob=BLOB)
        store.put(KEY, blob=BLOB)
        with pytest.raises(EvidenceKeyTaken):
            store.put(KEY, blob=b"other")
        assert store.get(KEY) == BLOB

    def test_deleting_forgets_and_may_be_repeated(self, store: EvidenceStore) -> None:
        store.put(KEY, blob=BLOB)
        store.delete(KEY)
        store.delete(KEY)
        assert not store.exists(KEY)
        store.put(KEY, blob=b"other")
        assert store.get(KEY) == b"other"

    def test_keys_that_look_alike_are_kept_apart(self, store: EvidenceStore) -> None:
        keys = ["a/b", "a-b", "a_b", "a/b/c", "ab", "A/b", "a.b"]
        for key in keys:
            store.put(key, blob=key.encode())
        assert [store.get(key) for key in keys] == [key.encode() for key in keys]

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "/",
            "/etc/passwd",
            "../x",
            "a/../x",
            "a/..",
            "a//b",
            "a/",
            ".hidden",
            "a/.",
            "a\\b",
            "a\0b",
            "a\nb",
            "a b",
            "案件",
            "a~b",
            "C:x",
            "x" * 201,
            "..%2fx",
        ],
    )
    def test_a_key_that_could_leave_the_store_is_refused(self, store, key: str) -> None:
        for use in (store.get, store.exists, store.delete, lambda key: store.put(key, blob=b"")):
            with pytest.raises(ValueError, match="key"):
                use(key)

    def test_of_many_writers_of_one_key_one_wins_whole(self, store: EvidenceStore) -> None:
        blobs = [bytes([n]) * 50_000 for n in range(12)]
        won: list[bytes] = []
        start = threading.Barrier(len(blobs))

        def write(blob: bytes) -> None:
            start.wait()
            try:
                store.put(KEY, blob=blob)
            except EvidenceKeyTaken:
                return
            won.append(blob)

        threads = [threading.Thread(target=write, args=(blob,)) for blob in blobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [store.get(KEY)] == won


class TestFolderStore(EvidenceContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> EvidenceStore:
        return evidence_files.build({"folder": str(tmp_path / "evidence")})


def test_files_lie_two_levels_deep_and_are_nobody_elses(tmp_path: Path) -> None:
    store = evidence_files.build({"folder": str(tmp_path)})
    store.put(KEY, blob=BLOB)
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(file.relative_to(tmp_path).parts) == 3
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("settings", [{}, {"folder": ""}, {"folder": "x", "bucket": "y"}])
def test_settings_are_checked(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="folder"):
        evidence_files.build(settings)


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_writer_killed_at_any_step_leaves_nothing_half(tmp_path: Path, step: str) -> None:
    """A child process dies, as by a power cut, just before the step; the next start is clean."""
    child = os.fork()
    if child == 0:
        setattr(os, step, lambda *_: os._exit(9))
        store = evidence_files.FolderStore(tmp_path)
        store._durable.add(store._place(KEY).parent)
        store._place(KEY).parent.mkdir(parents=True)
        store.put(KEY, blob=BLOB)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert list((tmp_path / "arriving").iterdir())

    store = evidence_files.FolderStore(tmp_path)
    assert list((tmp_path / "arriving").iterdir()) == []
    assert not store.exists(KEY)
    store.put(KEY, blob=BLOB)
    assert store.get(KEY) == BLOB


def test_a_starting_process_leaves_a_living_writers_file_alone(tmp_path, monkeypatch) -> None:
    store = evidence_files.FolderStore(tmp_path)
    link = os.link

    def link_while_another_starts(*args, **kwargs) -> None:
        evidence_files.FolderStore(tmp_path)
        link(*args, **kwargs)

    monkeypatch.setattr(os, "link", link_while_another_starts)
    store.put(KEY, blob=BLOB)
    assert store.get(KEY) == BLOB


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    store = evidence_files.FolderStore(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="space"):
            store.put(KEY, blob=BLOB)
    assert not store.exists(KEY)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
