// Which of these rules match this event? The matcher (ruler/rule_set.h) for C, and for languages
// that call C. C99; a program that uses it links the C++ library behind it (docs/ruler.md).
//
// Text is a pointer and a length in bytes: it need not end with a NUL, is copied where it is kept,
// and the pointer may be NULL where the length is 0. Handles are the caller's, who frees each once;
// freeing NULL does nothing. Any other NULL is the caller's bug: the process ends with a message.
// So does a lack of memory. No C++ exception leaves these functions.
//
// Threads: different handles are independent. A snapshot may be used by any number of threads at
// once; rules and scratches by one thread at a time.
#ifndef RIALTO_RULER_H
#define RIALTO_RULER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define RIALTO_RULER_NOEXCEPT noexcept
extern "C" {
#else
#define RIALTO_RULER_NOEXCEPT
#endif

// A changing set of rules: event patterns under ids that the caller chooses.
typedef struct rialto_ruler_rules rialto_ruler_rules;

// The rules as they were at one moment; never changes. It may outlive its rules.
typedef struct rialto_ruler_snapshot rialto_ruler_snapshot;

// Memory that matches work in and leave their answers in, kept from one to the next. It serves any
// snapshot, and may outlive them all.
typedef struct rialto_ruler_scratch rialto_ruler_scratch;

typedef enum rialto_ruler_status {
  RIALTO_RULER_OK = 0,
  RIALTO_RULER_INVALID = 1  // the text is wrong and will stay wrong; the handle has the reason
} rialto_ruler_status;

// The library's version, such as "0.1.0". Static.
const char* rialto_ruler_version(void) RIALTO_RULER_NOEXCEPT;

// A set without rules. Never NULL.
rialto_ruler_rules* rialto_ruler_rules_new(void) RIALTO_RULER_NOEXCEPT;
void rialto_ruler_rules_free(rialto_ruler_rules* rules) RIALTO_RULER_NOEXCEPT;

// Adds the rule `id`, or replaces it. INVALID: `pattern` is no event pattern, and the set is as it
// was; rialto_ruler_rules_error says why.
rialto_ruler_status rialto_ruler_put(rialto_ruler_rules* rules, uint64_t id, const char* pattern,
                                     size_t length) RIALTO_RULER_NOEXCEPT;

// Whether there was a rule `id`; there is none any more.
bool rialto_ruler_remove(rialto_ruler_rules* rules, uint64_t id) RIALTO_RULER_NOEXCEPT;

// The number of rules.
size_t rialto_ruler_size(const rialto_ruler_rules* rules) RIALTO_RULER_NOEXCEPT;

// Why the last rialto_ruler_put failed, in UTF-8 and in EventBridge's words; "" when it succeeded.
// The set's, until the next put. A pattern that it quotes may end it early, by a NUL.
const char* rialto_ruler_rules_error(const rialto_ruler_rules* rules) RIALTO_RULER_NOEXCEPT;

// The rules as they are now, to be freed. Never NULL. Later changes of the set do not show in it,
// and cost what they change, not what the snapshot holds.
rialto_ruler_snapshot* rialto_ruler_snapshot_new(rialto_ruler_rules* rules) RIALTO_RULER_NOEXCEPT;

// One more handle of the same snapshot, for another owner: a count, not a copy of rules.
rialto_ruler_snapshot* rialto_ruler_snapshot_share(const rialto_ruler_snapshot* snapshot)
    RIALTO_RULER_NOEXCEPT;
void rialto_ruler_snapshot_free(rialto_ruler_snapshot* snapshot) RIALTO_RULER_NOEXCEPT;

// The number of rules.
size_t rialto_ruler_snapshot_size(const rialto_ruler_snapshot* snapshot) RIALTO_RULER_NOEXCEPT;

// Never NULL.
rialto_ruler_scratch* rialto_ruler_scratch_new(void) RIALTO_RULER_NOEXCEPT;
void rialto_ruler_scratch_free(rialto_ruler_scratch* scratch) RIALTO_RULER_NOEXCEPT;

// The ids of the rules that match, each once, in no order: `*count` of them from `*ids`, the
// scratch's until it is used again; `*ids` may be NULL where there are none. The event is text from
// anywhere. INVALID: it is no JSON object, whole and by itself, and so matches nothing;
// rialto_ruler_scratch_error says why.
rialto_ruler_status rialto_ruler_match(const rialto_ruler_snapshot* snapshot, const char* event,
                                       size_t length, rialto_ruler_scratch* scratch,
                                       const uint64_t** ids, size_t* count) RIALTO_RULER_NOEXCEPT;

// As rialto_ruler_match, for text that is known to be good and is not judged again: it requires an
// event which rialto_ruler_match accepts, without repeated keys and without a dot in a key. For
// any other the answer is undefined.
void rialto_ruler_match_trusted(const rialto_ruler_snapshot* snapshot, const char* event,
                                size_t length, rialto_ruler_scratch* scratch, const uint64_t** ids,
                                size_t* count) RIALTO_RULER_NOEXCEPT;

// The rules of which all conditions but one hold, at most `limit`, in the order of their ids. For
// people: it looks at every rule. `*json` becomes a JSON array, NUL-terminated, the scratch's until
// it is used again; an item is
//   {"id":7,"path":"detail.total","condition":[{"numeric":[">=",100]}],"found":[60],
//    "conflict":false}
// `found` are the first values at the path; `conflict`: each condition holds by itself, but not
// within one element of an array. An id may be greater than what JavaScript keeps of a number.
// INVALID: as rialto_ruler_match; `*json` is then "[]".
rialto_ruler_status rialto_ruler_explain(const rialto_ruler_snapshot* snapshot, const char* event,
                                         size_t length, size_t limit, rialto_ruler_scratch* scratch,
                                         const char** json) RIALTO_RULER_NOEXCEPT;

// Why the last use of the scratch failed, in UTF-8; "" when it succeeded. The scratch's, until it
// is used again.
const char* rialto_ruler_scratch_error(const rialto_ruler_scratch* scratch) RIALTO_RULER_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
