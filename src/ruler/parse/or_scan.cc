#include "ruler/parse/or_scan.h"

#include <algorithm>
#include <optional>

namespace rialto::ruler {
namespace {

class OrScan {
 public:
  explicit OrScan(OrAnswers& answers) : answers_(answers) {}

  void run(Reader reader) {
    name_ = reader.position();
    do {
      const Result<Token> token = reader.next();
      if (!token.ok() || !take(*token, reader)) break;
    } while (!open_.empty());
    for (const Open& open : open_) {
      if (open.is_or) answers_[open.name] = open.is_good;
    }
  }

 private:
  struct Open {
    bool is_or = false;      // the array of a `$or`
    bool is_branch = false;  // an object in one
    bool is_good = true;     // nothing seen that speaks against the operator
    std::size_t name = 0;
    std::size_t branches = 0;
  };

  bool is_in_or() const { return !open_.empty() && open_.back().is_or; }

  // Returns false on a name that cannot be read.
  bool take(Token token, Reader& reader) {
    if (token == Token::EndArray || token == Token::EndObject) {
      close();
      return true;
    }
    if (token == Token::FieldName) {
      const Result<std::string> name = reader.text();
      if (!name.ok()) return false;
      if (open_.back().is_branch && is_reserved(*name)) open_.back().is_good = false;
      if (*name == kOr) name_ = reader.position();
      return true;
    }
    if (name_ && token != Token::StartArray) answers_[*name_] = false;
    if (is_in_or()) {
      if (token != Token::StartObject) open_.back().is_good = false;
      ++open_.back().branches;
    }
    if (token == Token::StartArray) {
      open_.push_back({name_.has_value(), false, true, name_.value_or(0), 0});
    } else if (token == Token::StartObject) {
      open_.push_back({false, is_in_or(), true, 0, 0});
    }
    name_.reset();
    return true;
  }

  void close() {
    const Open closed = open_.back();
    open_.pop_back();
    if (closed.is_or) answers_[closed.name] = closed.is_good && closed.branches >= 2;
    if (closed.is_branch && !closed.is_good) open_.back().is_good = false;
  }

  OrAnswers& answers_;
  std::optional<std::size_t> name_;  // the value of this `$or` is next
  std::vector<Open> open_;
};

}  // namespace

void scan_or(Reader reader, OrAnswers& answers) { OrScan(answers).run(std::move(reader)); }

bool is_reserved(std::string_view name) {
  constexpr std::string_view kReserved[] = {"exactly",
                                            "equals-ignore-case",
                                            "prefix",
                                            "suffix",
                                            "anything-but",
                                            "exists",
                                            "wildcard",
                                            "numeric",
                                            "cidr",
                                            "=",
                                            "<",
                                            "<=",
                                            ">",
                                            ">=",
                                            "regex",
                                            "not-wildcard",
                                            "date-after",
                                            "not-equals-ignore-case",
                                            "date-before",
                                            "date-on-or-after",
                                            "date-on-or-before",
                                            "in-date-range",
                                            "ip-address-in-range",
                                            "ip-address-not-in-range"};
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

}  // namespace rialto::ruler
