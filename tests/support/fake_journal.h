// The files of a journal on fake disks: its segments, and the note of them.
#pragma once

#include "store/journal/journal.h"
#include "support/fake_disk.h"

namespace rialto::test {

struct FakeJournal {
  FakeDisk segments;
  FakeDisk home;

  // What a journal is given; the files outlive it.
  store::JournalFiles open() {
    auto note = store::open_note(*home.open());
    return {.disk = segments.open(), .note = std::move(note).value()};
  }
  void set_broken(bool is_broken) {
    segments.set_broken(is_broken);
    home.set_broken(is_broken);
  }
  void crash(Random& random) {
    segments.crash(random);
    home.crash(random);
  }
};

}  // namespace rialto::test
