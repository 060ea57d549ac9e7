#include "property/ruler/pools.h"

#include <algorithm>

#include "property/ruler/differ.h"

namespace rialto::ruler::proof {
namespace {

bool is_readable(const std::string& number) { return read("[" + number + "]").ok(); }

// Strings that share their first 60 or their last 60 bytes.
Pool long_strings() {
  const std::string same(60, 'a');
  return {same,        same + "b", same + "bb",       same + "c",  same.substr(1), "b" + same,
          "bb" + same, "c" + same, same + "b" + same, same + same, same + "bc",    "cb" + same};
}

}  // namespace

const Pool& plain_keys() {
  static const Pool kKeys = {"a", "b", "c", "d", "detail", "source"};
  return kKeys;
}

const Pool& odd_keys() {
  static const Pool kKeys = {
      "a.b", "b.c", "a.b.c", "",     ".", "a.",   ".b",   "é",    "😀",  "a b",
      "\"",  "\\",  "a\tb",  "$or ", "A", "\x7f", "null", "a..b", "b.a", std::string(70, 'k')};
  return kKeys;
}

const std::vector<Pool>& string_pools() {
  static const std::vector<Pool> kPools = {
      {"", "a", "b", "ab", "ba", "abc", "aab", "A", "aB", "Ab", "abab", "bbb"},
      long_strings(),
      {"ß", "SS", "ss", "sS", "ſ", "s",  "S", "İ", "i̇",  "i",  "I", "ı", "Σ",      "σ",
       "ς", "K",  "k",  "K",  "ﬁ", "FI", "Ⱥ", "ⱥ", "😀", "😁", "é", "É", "e\u0301"},
      {"10.0.0.1", "10.0.0.2", "10.0.0.01", "10.0.1.0", "11.0.0.0", "::1", "0:0:0:0:0:0:0:1",
       "::0001", "::ffff:a00:1", "::ffff:10.0.0.1", "fe80::1", "FE80::0:1", "::", "0.0.0.0",
       "255.255.255.255", "256.0.0.1", "10.0.0", "1::2::3"},
      {"*", "\\", "**", "a*b", "\\*", "\"", "\"a\"", "/", "a/b", "\b\f\n\r\t", "\x01", "\x1f\x7f",
       std::string(1, '\0'), std::string("a\0b", 3), "\u2028", "\uffff", "{\"a\":1}", "[1]",
       "\\u0061"},
      {"1", "1.0", "true", "null", "false", "300", "-0", "undefined", "NaN"},
      {"order/1/created", "order/2/created", "order/1/paid", "order/", "created", "order/1",
       "orders/1/created", "Order/1/Created", "/", "order//created"}};
  return kPools;
}

const Pool& numbers() {
  static const Pool kNumbers = [] {
    Pool out = {"0",
                "-0",
                "0.0",
                "-0.0",
                "0e0",
                "0e99",
                "1",
                "1.0",
                "1e0",
                "10e-1",
                "1E+0",
                "-1",
                "-1.0",
                "2",
                "1.5",
                "15e-1",
                "300",
                "300.0",
                "3.0e2",
                "3E2",
                "0.1",
                "0.10",
                "1e-1",
                "0.3",
                "100e1",
                "1000",
                "1e3",
                "4e-324",
                "5e-324",
                "3e-324",
                "1e-400",
                "1e23",
                "1.0e23",
                "9.999999999999999e22",
                "9007199254740991",
                "9007199254740992",
                "9007199254740993",
                "9007199254740993.0",
                "9007199254740992.0",
                "9007199254740994",
                "18446744073709551615",
                "123456789012345678901234567890",
                "0.1000000000000000055511151231257827",
                "1.7976931348623157e308",
                "-1.7976931348623157e308",
                "0.30000000000000004",
                "2e-1",
                "1e400",
                "-1e400",
                "1e99999999999999999999"};
    std::erase_if(out, [](const std::string& number) { return !is_readable(number); });
    return out;
  }();
  return kNumbers;
}

const Pool& unreadable_numbers() {
  static const Pool kNumbers = {"1e400", "-1e400", "1e309", "1e99999999999999999999"};
  return kNumbers;
}

const Pool& networks() {
  static const Pool kNetworks = {"10.0.0.0/8",     "10.0.0.1/31", "10.0.0.0/24",       "0.0.0.0/0",
                                 "128.0.0.0/1",    "::/0",        "::1/127",           "fe80::/10",
                                 "::ffff:a00:0/8", "0.0.0.0/31",  "255.255.255.255/16"};
  return kNetworks;
}

}  // namespace rialto::ruler::proof
