"""Partner event sources, of the partner's side and of the customer's (spec 03 §3)."""

import json

import pytest

from harness import fresh_account, one_error, pages, refused, without_metadata

SOURCE = "aws.partner/acme.com/orders"
TWO_WEEKS = 14 * 86_400


@pytest.fixture
def partner(server):
    return server.account(fresh_account())


def arn(account, name=SOURCE):
    return f"arn:aws:events:{account.region}::event-source/{name}"


def offer(partner, customer, name=SOURCE):
    return without_metadata(
        partner.events.create_partner_event_source(Name=name, Account=customer.id))


def accept(customer, name=SOURCE):
    customer.events.create_event_bus(Name=name, EventSourceName=name)


def describe(customer, name=SOURCE):
    return without_metadata(customer.events.describe_event_source(Name=name))


def customers(partner, name=SOURCE):
    return partner.events.list_partner_event_source_accounts(
        EventSourceName=name)["PartnerEventSourceAccounts"]


def put(partner, *sources, **more):
    return without_metadata(partner.events.put_partner_events(Entries=[
        {"Source": source, "DetailType": "order", "Detail": '{"n": 1}', **more}
        for source in sources]))


def test_a_source_is_pending_until_its_customer_has_a_bus(partner, account):
    assert offer(partner, account) == {"EventSourceArn": arn(account)}
    found = describe(account)
    assert found.pop("ExpirationTime").timestamp() - found["CreationTime"].timestamp() == TWO_WEEKS
    assert found == {"Arn": arn(account), "CreatedBy": "acme.com", "Name": SOURCE,
                     "State": "PENDING", "CreationTime": found["CreationTime"]}
    accept(account)
    active = describe(account)
    assert active == {**found, "State": "ACTIVE"}
    assert account.events.list_event_sources()["EventSources"] == [active]
    assert without_metadata(partner.events.describe_partner_event_source(Name=SOURCE)) == {
        "Arn": arn(account), "Name": SOURCE}
    assert customers(partner) == [
        {"Account": account.id, "CreationTime": found["CreationTime"], "State": "ACTIVE"}]


def test_what_a_partner_puts_comes_to_its_customers_bus(partner, account):
    offer(partner, account)
    accept(account)
    queue = account.route({"source": [SOURCE]}, bus=SOURCE)
    answer = put(partner, SOURCE, Resources=["r1"], Time=1_700_000_000)
    assert answer["FailedEntryCount"] == 0
    event = json.loads(queue.bodies(1)[0])
    assert event == {
        "version": "0", "id": answer["Entries"][0]["EventId"], "detail-type": "order",
        "source": SOURCE, "account": account.id, "time": "2023-11-14T22:13:20Z",
        "region": account.region, "resources": ["r1"], "detail": {"n": 1}}


def test_every_customer_of_a_source_gets_the_event(server, partner, account):
    other = server.account(fresh_account())
    queues = []
    for customer in (account, other):
        offer(partner, customer)
        accept(customer)
        queues.append(customer.route({"source": [SOURCE]}, bus=SOURCE))
    put(partner, SOURCE)
    events = [json.loads(queue.bodies(1)[0]) for queue in queues]
    assert [event["account"] for event in events] == [account.id, other.id]
    assert sorted(row["Account"] for row in customers(partner)) == sorted([account.id, other.id])


def test_entries_that_reach_nobody_are_refused_one_by_one(server, partner, account):
    offer(partner, account)
    accept(account)
    offer(partner, account, SOURCE + "/pending")
    answer = put(partner, SOURCE, SOURCE + "/pending", SOURCE + "/unknown")
    assert answer["FailedEntryCount"] == 2
    assert set(answer["Entries"][0]) == {"EventId"}
    assert answer["Entries"][1:] == [
        {"ErrorCode": "InvalidStateException",
         "ErrorMessage": f"Event source {SOURCE}/pending is not active."},
        {"ErrorCode": "ResourceNotFoundException",
         "ErrorMessage": f"Event source {SOURCE}/unknown does not exist."}]
    # Of another partner's sources it knows nothing.
    stranger = server.account(fresh_account())
    assert put(stranger, SOURCE)["Entries"][0]["ErrorCode"] == "ResourceNotFoundException"
    assert put(partner, SOURCE, Detail="[]")["Entries"] == [
        {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}]
    missing = partner.events.put_partner_events(Entries=[{"DetailType": "t", "Detail": "{}"}])
    assert missing["Entries"][0]["ErrorCode"] == "InvalidArgument"


def test_nobody_else_puts_events_on_a_partners_bus(partner, account):
    offer(partner, account)
    accept(account)
    for bus in (SOURCE, account.arn(f"event-bus/{SOURCE}")):
        with refused("ValidationException"):
            account.events.put_events(Entries=[
                {"Source": "app", "DetailType": "t", "Detail": "{}", "EventBusName": bus}])
    answer = account.events.put_events(Entries=[
        {"Source": SOURCE, "DetailType": "t", "Detail": "{}"}])
    assert answer["Entries"] == [{"ErrorCode": "NotAuthorizedForSourceException",
                                  "ErrorMessage": "Not authorized for the source."}]


def test_a_source_is_switched_off_and_on(partner, account):
    offer(partner, account)
    with refused("InvalidStateException", f"Event source {SOURCE} has no event bus."):
        account.events.activate_event_source(Name=SOURCE)
    accept(account)
    with refused("InvalidStateException", f"Event source {SOURCE} is in state ACTIVE."):
        account.events.activate_event_source(Name=SOURCE)
    account.events.deactivate_event_source(Name=SOURCE)
    assert describe(account)["State"] == "PENDING" and "ExpirationTime" in describe(account)
    assert put(partner, SOURCE)["FailedEntryCount"] == 1
    account.events.activate_event_source(Name=SOURCE)
    assert put(partner, SOURCE)["FailedEntryCount"] == 0
    account.events.delete_event_bus(Name=SOURCE)
    assert describe(account)["State"] == "PENDING"


def test_a_deleted_source_stays_while_its_bus_does(partner, account):
    offer(partner, account)
    accept(account)
    partner.events.delete_partner_event_source(Name=SOURCE, Account=account.id)
    assert describe(account)["State"] == "DELETED"
    with refused("InvalidStateException"):
        account.events.activate_event_source(Name=SOURCE)
    assert put(partner, SOURCE)["FailedEntryCount"] == 1
    account.events.delete_event_bus(Name=SOURCE)
    for call in (account.events.describe_event_source,
                 partner.events.describe_partner_event_source):
        with refused("ResourceNotFoundException", f"Event source {SOURCE} does not exist."):
            call(Name=SOURCE)
    # That it is gone already is no error.
    partner.events.delete_partner_event_source(Name=SOURCE, Account=account.id)


def test_what_is_not_as_it_should_be_is_refused(server, partner, account):
    pattern = r"aws\.partner(/[\.\-_A-Za-z0-9]+){2,}"
    with refused("ValidationException", one_error(
            "app", "name", f"Member must satisfy regular expression pattern: {pattern}")):
        offer(partner, account, "app")
    offer(partner, account)
    for maker in (partner, server.account(fresh_account())):
        with refused("ResourceAlreadyExistsException", f"Event source {SOURCE} already exists."):
            offer(maker, account)
    with refused("ValidationException", "Event bus name must match event source name"):
        account.events.create_event_bus(Name=SOURCE, EventSourceName=SOURCE + "/x")
    with refused("ResourceNotFoundException"):
        partner.events.list_partner_event_source_accounts(EventSourceName=SOURCE + "/x")
    assert partner.events.list_event_sources()["EventSources"] == []


def test_sources_are_listed_by_name_in_pages(server, partner, account):
    other = server.account(fresh_account())
    names = [f"{SOURCE}/{number}" for number in range(3)]
    for name in reversed(names):
        offer(partner, account, name)
        offer(partner, other, name)
    offer(partner, account, "aws.partner/else/a")
    listed = pages(account.events.list_event_sources, "EventSources", NamePrefix=SOURCE, Limit=2)
    assert [[row["Name"] for row in page] for page in listed] == [names[:2], names[2:]]
    made = pages(partner.events.list_partner_event_sources, "PartnerEventSources",
                 NamePrefix="aws.partner/acme.com/", Limit=2)
    assert made == [[{"Arn": arn(account, name), "Name": name} for name in names[:2]],
                    [{"Arn": arn(account, names[2]), "Name": names[2]}]]
    of_one = pages(partner.events.list_partner_event_source_accounts, "PartnerEventSourceAccounts",
                   EventSourceName=names[0], Limit=1)
    assert [[row["Account"] for row in page] for page in of_one] == [
        [customer] for customer in sorted([account.id, other.id])]


def test_a_source_that_waits_two_weeks_is_gone_and_a_restart_keeps_the_others(make_server):
    server = make_server()
    partner, account = server.account(fresh_account()), server.account(fresh_account())
    offer(partner, account)
    accept(account)
    offer(partner, account, SOURCE + "/waits")
    server.kill()
    server.start()
    account = server.account(account.id)
    listed = account.events.list_event_sources()["EventSources"]
    states = {row["Name"]: row["State"] for row in listed}
    assert states == {SOURCE: "ACTIVE", SOURCE + "/waits": "PENDING"}
    server.advance(TWO_WEEKS)
    assert [row["Name"] for row in account.events.list_event_sources()["EventSources"]] == [SOURCE]
    with refused("ResourceNotFoundException"):
        accept(account, SOURCE + "/waits")
