// The tables below the journal: where changes rest once they are absorbed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/overlay/layer.h"
#include "store/store.h"

namespace rialto::store {

// Any thread.
class Tables {
 public:
  virtual ~Tables() = default;

  virtual Result<std::optional<std::string>> get(Table table, std::string_view key) const = 0;

  // Goes over the keys of a range, in order, as they were when it was made.
  class Cursor {
   public:
    virtual ~Cursor() = default;
    virtual bool is_valid() const = 0;
    virtual std::string_view key() const = 0;
    virtual std::string_view value() const = 0;
    virtual void next() = 0;
    // Once it is not valid any more: whether that was the end of the range.
    virtual Result<> outcome() const = 0;
  };
  virtual std::unique_ptr<Cursor> scan(Table table, const Range& range) const = 0;

  // All changes of `layer`, which does not change any more: durable on return, and all of them or
  // none. Layers come in the order of their numbers. One thread at a time.
  virtual Result<> absorb(const Layer& layer) = 0;

  // A copy of all that was absorbed, in `directory`, which must not be there yet.
  virtual Result<> copy_to(const std::string& directory) const = 0;
};

}  // namespace rialto::store
