// AuthParameters of connections: from what callers give, and as Describe shows them, without what
// is secret (docs/spec/05 §1). Private to service/events.
#pragma once

#include <optional>

#include "api/events_types.h"
#include "base/result.h"
#include "connection/connections.h"
#include "model/connection.h"

namespace rialto::service {

// What belongs to `type`; blocks of other types have no effect, as at AWS. Nothing when nothing
// does. Errors: InvalidArgument for a parameter without a key; Unsupported for private APIs.
Result<std::optional<connection::AuthorizationChange>> read_change(
    api::events::CreateConnectionAuthRequestParameters from, model::AuthorizationType type);
Result<std::optional<connection::AuthorizationChange>> read_change(
    api::events::UpdateConnectionAuthRequestParameters from, model::AuthorizationType type);

// A private API, which is reached through VPC Lattice. Error: Unsupported, but for an empty ARN.
Result<> refuse_private(
    const std::optional<api::events::ConnectivityResourceParameters>& parameters);

// Nothing where the authorization was taken away.
std::optional<api::events::ConnectionAuthResponseParameters> show(
    const model::Connection& connection);

}  // namespace rialto::service
