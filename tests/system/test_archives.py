"""Archives: the five operations, the managed rule, and what is in an archive (spec 04 §1)."""

import json

import pytest

from harness import entry, fresh_account, one_error, pages, refused, until, without_metadata

MANAGED = "prod.vhs.events.aws.internal"


def bus_arn(account, bus="default"):
    return account.arn(f"event-bus/{bus}")


def archive(account, name="kept", bus="default", **more):
    return account.events.create_archive(
        ArchiveName=name, EventSourceArn=bus_arn(account, bus), **more)


def describe(account, name="kept"):
    return without_metadata(account.events.describe_archive(ArchiveName=name))


def count(account, name="kept"):
    return describe(account, name)["EventCount"]


def test_an_archive_is_there_at_once(account):
    pattern = '{ "source": ["app"] }'
    made = without_metadata(archive(account, Description="all of it", EventPattern=pattern,
                                    RetentionDays=7))
    assert set(made) == {"ArchiveArn", "State", "CreationTime"}
    assert made["ArchiveArn"] == account.arn("archive/kept") and made["State"] == "ENABLED"
    assert describe(account) == {
        "ArchiveArn": made["ArchiveArn"], "ArchiveName": "kept", "Description": "all of it",
        "EventSourceArn": bus_arn(account), "EventPattern": pattern, "State": "ENABLED",
        "RetentionDays": 7, "SizeBytes": 0, "EventCount": 0,
        "CreationTime": made["CreationTime"]}


def test_what_was_not_given_is_absent_but_for_the_retention(account):
    archive(account)
    assert set(describe(account)) == {
        "ArchiveArn", "ArchiveName", "EventSourceArn", "State", "RetentionDays", "SizeBytes",
        "EventCount", "CreationTime"}
    assert describe(account)["RetentionDays"] == 0


def test_events_that_match_are_counted_at_once_and_after_a_kill(make_server):
    server = make_server()
    account = server.account()
    archive(account, EventPattern=json.dumps({"detail": {"n": [{"numeric": [">", 2]}]}}))
    archive(account, "all")
    account.put(*[entry({"n": n}) for n in range(10)])
    assert (count(account), count(account, "all")) == (7, 10)
    size = describe(account)["SizeBytes"]
    assert size > 7 * 150
    server.kill()
    server.start()
    account = server.account(account.id)
    assert (count(account), count(account, "all")) == (7, 10)
    assert describe(account)["SizeBytes"] == size
    account.put(entry({"n": 5}))
    assert (count(account), count(account, "all")) == (8, 11)


def test_an_archive_takes_the_events_of_its_bus_only(account):
    other = account.bus("other")
    archive(account, bus=other)
    account.put(entry(), entry(EventBusName=other), entry(EventBusName=bus_arn(account, other)))
    assert count(account) == 2


def test_a_pattern_that_changes_holds_for_what_comes(account):
    archive(account, EventPattern='{"source": ["a"]}', Description="one")
    account.put(entry(Source="a"), entry(Source="b"))
    made = without_metadata(account.events.update_archive(
        ArchiveName="kept", EventPattern='{"source": ["b"]}', RetentionDays=3))
    assert set(made) == {"ArchiveArn", "State", "CreationTime"}
    account.put(entry(Source="a"), *[entry(Source="b")] * 2)
    now = describe(account)
    assert now["EventCount"] == 3 and now["EventPattern"] == '{"source": ["b"]}'
    assert now["RetentionDays"] == 3 and now["Description"] == "one"


def test_deleting_takes_rule_and_events_along(account):
    archive(account)
    account.put(entry())
    answer = account.events.delete_archive(ArchiveName="kept")
    assert without_metadata(answer) == {}
    assert account.events.list_rules()["Rules"] == []
    with refused("ResourceNotFoundException", "Archive kept does not exist."):
        describe(account)
    archive(account)
    assert count(account) == 0


def test_events_leave_when_their_days_are_over(make_server):
    server = make_server()
    account = server.account()
    archive(account, RetentionDays=1)
    archive(account, "for-ever")
    account.put(entry())

    def advance(hours):
        answer = server.request("POST", "/_rialto/clock",
                                json.dumps({"advance_seconds": hours * 3600}),
                                {"X-Rialto-Request": "1"})
        assert answer.status == 200, answer

    advance(23)
    account.put(entry())
    assert count(account) == 2
    advance(3)
    until(lambda: count(account) == 1, "the first event has left")
    assert count(account, "for-ever") == 2
    account.events.update_archive(ArchiveName="for-ever", RetentionDays=1)
    until(lambda: count(account, "for-ever") == 1, "a shorter retention holds for what is there")


# The managed rule.

def test_the_rule_of_an_archive_is_seen(account):
    archive(account, EventPattern='{"source": ["app"]}')
    archive(account, "all")
    rules = {rule["Name"]: rule for rule in account.events.list_rules()["Rules"]}
    assert set(rules) == {"Events-Archive-kept", "Events-Archive-all"}
    rule = rules["Events-Archive-kept"]
    assert rule["ManagedBy"] == MANAGED and rule["State"] == "ENABLED"
    assert json.loads(rule["EventPattern"]) == {
        "source": ["app"], "replay-name": [{"exists": False}]}
    assert json.loads(rules["Events-Archive-all"]["EventPattern"]) == {
        "replay-name": [{"exists": False}]}
    assert account.events.describe_rule(Name="Events-Archive-kept")["ManagedBy"] == MANAGED
    target, = account.events.list_targets_by_rule(Rule="Events-Archive-kept")["Targets"]
    assert target["Arn"] == f"arn:aws:events:{account.region}:::"
    transformer = target["InputTransformer"]
    assert transformer["InputPathsMap"] == {}
    before, after = transformer["InputTemplate"].split(account.arn("archive/kept") + ":")
    assert before == '{"archive-arn": "'
    assert after[36:] == ('", "event": <aws.events.event.json>, '
                          '"ingestion-time": <aws.events.event.ingestion-time>}')


def test_the_rule_of_an_archive_is_not_changed_by_others(account):
    archive(account)
    rule = "Events-Archive-kept"
    message = f"Rule {rule} is managed by an AWS service can only be modified if force is true."
    events = account.events
    calls = [
        lambda: events.put_rule(Name=rule, EventPattern='{"source": ["x"]}'),
        lambda: events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": account.queue().arn}]),
        lambda: events.remove_targets(Rule=rule, Ids=["kept"]),
        lambda: events.disable_rule(Name=rule),
        lambda: events.enable_rule(Name=rule),
        lambda: events.delete_rule(Name=rule),
        lambda: events.tag_resource(ResourceARN=account.arn(f"rule/{rule}"),
                                    Tags=[{"Key": "k", "Value": "v"}]),
        lambda: events.untag_resource(ResourceARN=account.arn(f"rule/{rule}"), TagKeys=["k"]),
    ]
    for call in calls:
        with refused("ManagedRuleException", message):
            call()


def test_the_rule_of_an_archive_goes_by_force(account):
    archive(account)
    rule = "Events-Archive-kept"
    account.put(entry())
    account.events.remove_targets(Rule=rule, Ids=["kept"], Force=True)
    account.events.delete_rule(Name=rule, Force=True)
    account.put(entry())
    assert account.events.list_rules()["Rules"] == []
    assert count(account) == 1
    account.events.update_archive(ArchiveName="kept", Description="still there")
    account.events.delete_archive(ArchiveName="kept")


def test_a_bus_with_an_archive_is_not_deleted(account):
    bus = account.bus()
    archive(account, bus=bus)
    with refused("ValidationException", "EventBus can't be deleted since it has rules."):
        account.events.delete_event_bus(Name=bus)
    account.events.delete_archive(ArchiveName="kept")
    account.events.delete_event_bus(Name=bus)


def test_an_archive_counts_among_the_rules_of_its_bus(account):
    bus = account.bus()
    for number in range(299):
        account.events.put_rule(Name=f"r{number}", EventPattern='{"source": ["a"]}',
                                EventBusName=bus)
    archive(account, bus=bus)
    with refused("LimitExceededException",
                 "The requested resource exceeds the maximum number allowed."):
        archive(account, "more", bus=bus)


def test_a_rule_of_the_name_stands_in_the_way(account):
    account.events.put_rule(Name="Events-Archive-kept", EventPattern='{"source": ["a"]}')
    with refused("ResourceAlreadyExistsException"):
        archive(account)
    with refused("ResourceNotFoundException"):
        describe(account)


# Refusals.

def test_what_is_not_there(account):
    events = account.events
    missing = "Archive none does not exist."
    with refused("ResourceNotFoundException", missing):
        events.describe_archive(ArchiveName="none")
    with refused("ResourceNotFoundException", missing):
        events.delete_archive(ArchiveName="none")
    with refused("ResourceNotFoundException", missing):
        events.update_archive(ArchiveName="none", RetentionDays=1)
    with refused("ResourceNotFoundException", "Event bus none does not exist."):
        archive(account, bus="none")
    with refused("ResourceNotFoundException", "Event bus none does not exist."):
        events.list_archives(EventSourceArn=bus_arn(account, "none"))
    elsewhere = account.elsewhere("eu-west-1")
    with refused("ResourceNotFoundException", "Event bus default does not exist."):
        events.create_archive(ArchiveName="kept", EventSourceArn=bus_arn(elsewhere))


def test_a_name_is_unique_over_all_buses(account):
    archive(account)
    with refused("ResourceAlreadyExistsException", "Archive kept already exists."):
        archive(account, bus=account.bus())
    archive(account.elsewhere("eu-west-1"))


def test_an_update_without_a_change(account):
    message = "At least one of EventPattern, RetentionDays or Description must be provided."
    with refused("ValidationException", message):
        account.events.update_archive(ArchiveName="none")


@pytest.mark.parametrize("pattern", ["", "x", "{}", '{"source": "app"}', '{"source": []}'])
def test_a_pattern_that_is_none(account, pattern):
    with refused("InvalidEventPatternException") as refusal:
        archive(account, EventPattern=pattern)
    assert refusal.message.startswith("Event pattern is not valid. Reason: ")
    archive(account)
    with refused("InvalidEventPatternException"):
        account.events.update_archive(ArchiveName="kept", EventPattern=pattern)


def test_a_pattern_that_names_replayed_events_does_not_bring_them_in(account):
    archive(account, EventPattern='{"source": ["a"], "replay-name": ["r"]}')
    account.put(entry(Source="a"))
    assert count(account) == 1


def test_what_the_model_does_not_allow(account):
    events = account.raw_events
    name = "a" * 49
    with refused("ValidationException", one_error(
            name, "archiveName", "Member must have length less than or equal to 48")):
        events.create_archive(ArchiveName=name, EventSourceArn=bus_arn(account))
    with refused("ValidationException", one_error(
            "-1", "retentionDays", "Member must have value greater than or equal to 0")):
        events.create_archive(ArchiveName="a", EventSourceArn=bus_arn(account), RetentionDays=-1)
    with refused("ValidationException"):
        events.create_archive(ArchiveName="a", EventSourceArn="default")
    with refused("ValidationException") as refusal:
        events.create_archive(ArchiveName="a", EventSourceArn=bus_arn(account),
                              KmsKeyIdentifier="key")
    assert "KmsKeyIdentifier" in refusal.message


# Listing.

def test_the_list_and_its_filters(account):
    other = account.bus("other")
    for name, bus in (("b", "default"), ("a1", other), ("a2", "default")):
        archive(account, name, bus, Description="d", EventPattern='{"source": ["x"]}')

    def names(**filters):
        return [one["ArchiveName"] for one in account.events.list_archives(**filters)["Archives"]]

    assert names() == ["a1", "a2", "b"]
    assert names(NamePrefix="a") == ["a1", "a2"]
    assert names(EventSourceArn=bus_arn(account)) == ["a2", "b"]
    assert names(State="ENABLED") == ["a1", "a2", "b"] and names(State="DISABLED") == []
    assert [[one["ArchiveName"] for one in page] for page in
            pages(account.events.list_archives, "Archives", Limit=2)] == [["a1", "a2"], ["b"]]
    first = account.events.list_archives()["Archives"][0]
    assert set(first) == {"ArchiveName", "EventSourceArn", "State", "RetentionDays", "SizeBytes",
                          "EventCount", "CreationTime"}
    message = ("At most one filter is allowed for ListArchives. Use either : State, "
               "EventSourceArn, or NamePrefix.")
    with refused("ValidationException", message):
        names(NamePrefix="a", State="ENABLED")


def test_archives_of_accounts_and_regions_are_apart(account):
    archive(account)
    assert account.elsewhere("eu-west-1").events.list_archives()["Archives"] == []
    stranger = account.server.account(fresh_account())
    assert stranger.events.list_archives()["Archives"] == []
    account.put(entry())
    assert count(account) == 1


def test_a_reset_takes_archives_along(make_server):
    server = make_server()
    account = server.account()
    archive(account)
    account.put(entry())
    assert server.request("POST", "/_rialto/reset", headers={"X-Rialto-Request": "1"}).status == 200
    assert account.events.list_archives()["Archives"] == []
    archive(account)
    assert count(account) == 0
    server.kill()
    server.start()
    assert count(server.account(account.id)) == 0
