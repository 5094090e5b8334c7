"""The journal: what is recorded is there after any crash, and what was cut is dropped."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_results import make_result

from pipeline.batch import journal as journal_module
from pipeline.batch.job import Task, result_to_record
from pipeline.batch.journal import FILE_HEAD, Journal, Record
from pipeline.dataset.packed import N_SEGMENTS
from pipeline.errors import OutputError


def record(source: str, key: str = "k") -> Record:
    return result_to_record(make_result(), Task(source, source, key), 0.25)


def filled(path: Path, *sources: str) -> bytes:
    """The bytes of a journal with a record per source."""
    journal = Journal(path)
    for source in sources:
        journal.append(record(source))
    journal.close()
    return path.read_bytes()


def test_records_come_back_with_all_their_segments(tmp_path: Path) -> None:
    filled(tmp_path / "journal", "a", "b")
    journal = Journal(tmp_path / "journal")
    assert list(journal.entries) == ["a", "b"]
    expected = record("b")
    entry = journal.entries["b"]
    assert entry.meta == expected.meta
    assert tuple(journal.read_segment(entry, n) for n in range(N_SEGMENTS)) == expected.segments


def test_the_latest_record_of_a_source_counts(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append(record("a", "old"))
    journal.append(record("a", "new"))
    journal.close()
    assert [e.meta.key for e in Journal(tmp_path / "journal").entries.values()] == ["new"]


def test_a_record_cut_at_any_byte_is_dropped_and_the_ones_before_it_stay(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    one = filled(path, "a")
    both = filled(path, "b")
    assert both[: len(one)] == one
    for cut in {*range(len(one), len(both), 97), len(one) + 1, len(one) + 20, len(both) - 1}:
        path.write_bytes(both[:cut])
        journal = Journal(path)
        assert list(journal.entries) == ["a"]
        journal.append(record("c"))
        journal.close()
        assert list(Journal(path).entries) == ["a", "c"]


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_flipped_bit_is_never_taken_for_a_record(
    place: int, bit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("flipped") / "journal"
    content = bytearray(filled(path, "a"))
    at = len(FILE_HEAD) + place % (len(content) - len(FILE_HEAD))
    content[at] ^= 1 << bit
    path.write_bytes(content)
    journal = Journal(path)
    assert journal.entries == {}
    journal.close()
    assert path.read_bytes() == FILE_HEAD


def test_a_file_that_is_no_journal_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"something else altogether")
    assert Journal(tmp_path / "journal").entries == {}


def test_a_full_disk_is_told_and_leaves_whole_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".jixiao" / "journal"
    journal = Journal(path)
    journal.append(record("a"))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(journal_module.os, "fsync", full)
        with pytest.raises(OutputError, match=r"磁盘已满.*已读完的 1 份有记录"):
            journal.append(record("b"))
    journal.append(record("c"))
    journal.close()
    assert list(Journal(path).entries) == ["a", "c"]


def test_an_output_folder_removed_under_us_is_told(tmp_path: Path) -> None:
    path = tmp_path / "out" / ".jixiao" / "journal"
    journal = Journal(path)
    (tmp_path / "out").rename(tmp_path / "gone")
    with pytest.raises(OutputError, match="被删除或移走"):
        journal.append(record("a"))


def test_compaction_drops_superseded_records_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "COMPACT_MIN_BYTES", 0)
    journal = Journal(tmp_path / "journal")
    for key in "123456":
        journal.append(record("a", key))
    journal.append(record("b"))
    size = journal.path.stat().st_size
    journal.compact()
    assert journal.path.stat().st_size < size / 2
    assert journal.read_segment(journal.entries["b"], 0) == record("b").segments[0]
    journal.append(record("c"))
    journal.close()
    assert [(s, e.meta.key) for s, e in Journal(tmp_path / "journal").entries.items()] == [
        ("a", "6"),
        ("b", "k"),
        ("c", "k"),
    ]
