// Replays as `rialto replay` asks for them: more than AWS's StartReplay can say. Private to server.
#pragma once

#include <string>

#include "archive/archives.h"
#include "base/result.h"
#include "json/value.h"
#include "model/archive.h"
#include "model/arn.h"

namespace rialto::server {

// From a document of these members: Archive; and perhaps Name (else `name`), StartTime and EndTime
// (ISO 8601; else all that the archive holds), Rules (names), EventId, EventsPerSecond,
// OriginalPace. Errors: InvalidArgument, which member and what it must be; NotFound.
Result<model::Replay> read_replay_request(const archive::Archives& archives,
                                          const model::Scope& caller, const json::Value& request,
                                          std::string name);

// What of a replay is told: its Name, State, StateReason, Replayed (events), LastEventTime.
json::Value describe_replay(const model::Replay& replay);

}  // namespace rialto::server
