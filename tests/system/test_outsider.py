"""Somebody with a valid access key of account A and no grant reads, lists and puts nothing of
account B, whatever the operation (spec 03 §2)."""

import json

import botocore.exceptions
import pytest

from harness import fresh_account, refused, without_metadata

PATTERN = '{"source": ["a"]}'
SECRET = {"BasicAuthParameters": {"Username": "u", "Password": "hush"}}
WHISPER = "a whisper of B's"  # is in everything of B's that can hold a text
FROM_TO = {"EventStartTime": 1768478400, "EventEndTime": 1768482000}


@pytest.fixture
def locked(make_server):
    return make_server(options=["--auth", "sigv4"])


def furnish(account):
    """One of everything, of names of its own."""
    queue, events = account.queue("b-queue"), account.events
    tags = [{"Key": "k", "Value": "a whisper of Bs"}]
    bus = events.create_event_bus(Name="b-bus", Description=WHISPER, Tags=tags)["EventBusArn"]
    account.rule({"source": ["a"]}, {"Id": "t1", "Arn": queue.arn, "Input": json.dumps(WHISPER)},
                 name="b-rule", bus="b-bus", Description=WHISPER, Tags=tags)
    events.create_archive(ArchiveName="b-archive", EventSourceArn=bus, Description=WHISPER)
    connection = events.create_connection(
        Name="b-connection", AuthorizationType="BASIC", AuthParameters=SECRET,
        Description=WHISPER)["ConnectionArn"]
    events.create_api_destination(
        Name="b-destination", ConnectionArn=connection, HttpMethod="POST", Description=WHISPER,
        InvocationEndpoint="https://example.com/whisper")
    account.sqs.tag_queue(QueueUrl=queue.url, Tags={"k": WHISPER})
    queue.send(WHISPER)
    return queue


def state_of(account):
    """All that can be seen of it by itself."""
    events, sqs = account.events, account.sqs
    url = sqs.get_queue_url(QueueName="b-queue")["QueueUrl"]
    answers = [
        events.list_event_buses(), events.describe_event_bus(Name="b-bus"),
        events.list_rules(EventBusName="b-bus"),
        events.list_targets_by_rule(Rule="b-rule", EventBusName="b-bus"),
        events.list_tags_for_resource(ResourceARN=account.arn("event-bus/b-bus")),
        events.list_archives(), events.describe_archive(ArchiveName="b-archive"),
        events.list_replays(), events.list_connections(), events.list_api_destinations(),
        events.list_event_sources(), events.list_partner_event_sources(NamePrefix="aws.partner/a/b"),
        sqs.list_queues(), sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]),
        sqs.list_queue_tags(QueueUrl=url)]
    return json.dumps([without_metadata(each) for each in answers], default=str, sort_keys=True)


def calls_of_events(b):
    """Every operation, asked for what is B's as far as it can be named."""
    bus = b.arn("event-bus/b-bus")
    rule = {"Name": "b-rule", "EventBusName": bus}
    connection = b.events.describe_connection(Name="b-connection")["ConnectionArn"]
    of_rule = {"Rule": "b-rule", "EventBusName": bus}
    source = {"Name": "aws.partner/a/b"}
    target = {"Id": "t1", "Arn": b.arn("b-queue", service="sqs")}
    tagged = {"ResourceARN": bus}
    replay = {"ReplayName": "a-replay", "EventSourceArn": b.arn("archive/b-archive"), **FROM_TO}
    return {
        "ActivateEventSource": source, "CancelReplay": {"ReplayName": "b-replay"},
        "CreateApiDestination": {"Name": "a", "ConnectionArn": connection, "HttpMethod": "GET",
                                 "InvocationEndpoint": "https://example.com/"},
        "CreateArchive": {"ArchiveName": "a", "EventSourceArn": bus},
        "CreateConnection": {"Name": "b-connection", "AuthorizationType": "BASIC",
                             "AuthParameters": SECRET},
        "CreateEndpoint": {"Name": "a", "RoutingConfig": {"FailoverConfig": {
            "Primary": {"HealthCheck": "arn:aws:route53:::healthcheck/a"},
            "Secondary": {"Route": "us-east-2"}}},
            "EventBuses": [{"EventBusArn": bus}, {"EventBusArn": bus}]},
        "CreateEventBus": {"Name": "b-bus"},
        "CreatePartnerEventSource": {"Name": "aws.partner/a/b", "Account": b.id},
        "DeactivateEventSource": source, "DeauthorizeConnection": {"Name": "b-connection"},
        "DeleteApiDestination": {"Name": "b-destination"},
        "DeleteArchive": {"ArchiveName": "b-archive"}, "DeleteConnection": {"Name": "b-connection"},
        "DeleteEndpoint": {"Name": "a"}, "DeleteEventBus": {"Name": "b-bus"},
        "DeletePartnerEventSource": {"Name": "aws.partner/a/b", "Account": b.id},
        "DeleteRule": rule, "DescribeApiDestination": {"Name": "b-destination"},
        "DescribeArchive": {"ArchiveName": "b-archive"},
        "DescribeConnection": {"Name": "b-connection"}, "DescribeEndpoint": {"Name": "a"},
        "DescribeEventBus": {"Name": bus}, "DescribeEventSource": source,
        "DescribePartnerEventSource": source, "DescribeReplay": {"ReplayName": "b-replay"},
        "DescribeRule": rule, "DisableRule": rule, "EnableRule": rule, "ListApiDestinations": {},
        "ListArchives": {"EventSourceArn": bus}, "ListConnections": {}, "ListEndpoints": {},
        "ListEventBuses": {}, "ListEventSources": {},
        "ListPartnerEventSourceAccounts": {"EventSourceName": "aws.partner/a/b"},
        "ListPartnerEventSources": {"NamePrefix": "aws.partner/a/b"},
        "ListReplays": {"EventSourceArn": bus},
        "ListRuleNamesByTarget": {"TargetArn": target["Arn"], "EventBusName": bus},
        "ListRules": {"EventBusName": bus}, "ListTagsForResource": tagged,
        "ListTargetsByRule": of_rule,
        "PutEvents": {"Entries": [{"Source": "a", "DetailType": "t", "Detail": "{}",
                                   "EventBusName": bus}]},
        "PutPartnerEvents": {"Entries": [{"Source": "aws.partner/a/other", "DetailType": "t",
                                          "Detail": "{}"}]},
        "PutPermission": {"EventBusName": "b-bus", "Action": "events:PutEvents", "Principal": "*",
                          "StatementId": "s"},
        "PutRule": {**rule, "EventPattern": PATTERN}, "PutTargets": {**of_rule, "Targets": [target]},
        "RemovePermission": {"EventBusName": "b-bus", "RemoveAllPermissions": True},
        "RemoveTargets": {**of_rule, "Ids": ["t1"]},
        "StartReplay": {**replay, "Destination": {"Arn": bus}},
        "TagResource": {**tagged, "Tags": [{"Key": "k", "Value": "v"}]},
        "TestEventPattern": {"EventPattern": PATTERN, "Event": '{"id": "1"}'},
        "UntagResource": {**tagged, "TagKeys": ["k"]},
        "UpdateApiDestination": {"Name": "b-destination", "Description": "a"},
        "UpdateArchive": {"ArchiveName": "b-archive", "Description": "a"},
        "UpdateConnection": {"Name": "b-connection", "Description": "a"},
        "UpdateEndpoint": {"Name": "a"}, "UpdateEventBus": {"Name": bus, "Description": "a"},
    }


def calls_of_sqs(b, url):
    of_queue, arn = {"QueueUrl": url}, b.arn("b-queue", service="sqs")
    handle = {"ReceiptHandle": "none"}
    return {
        "AddPermission": {**of_queue, "Label": "l", "AWSAccountIds": [b.id],
                          "Actions": ["SendMessage"]},
        "CancelMessageMoveTask": {"TaskHandle": "none"},
        "ChangeMessageVisibility": {**of_queue, **handle, "VisibilityTimeout": 1},
        "ChangeMessageVisibilityBatch": {**of_queue, "Entries": [
            {"Id": "1", **handle, "VisibilityTimeout": 1}]},
        "CreateQueue": {"QueueName": "b-queue"}, "DeleteMessage": {**of_queue, **handle},
        "DeleteMessageBatch": {**of_queue, "Entries": [{"Id": "1", **handle}]},
        "DeleteQueue": of_queue, "GetQueueAttributes": {**of_queue, "AttributeNames": ["All"]},
        "GetQueueUrl": {"QueueName": "b-queue", "QueueOwnerAWSAccountId": b.id},
        "ListDeadLetterSourceQueues": of_queue, "ListMessageMoveTasks": {"SourceArn": arn},
        "ListQueueTags": of_queue, "ListQueues": {}, "PurgeQueue": of_queue,
        "ReceiveMessage": of_queue, "RemovePermission": {**of_queue, "Label": "l"},
        "SendMessage": {**of_queue, "MessageBody": "a's"},
        "SendMessageBatch": {**of_queue, "Entries": [{"Id": "1", "MessageBody": "a's"}]},
        "SetQueueAttributes": {**of_queue, "Attributes": {"DelaySeconds": "1"}},
        "StartMessageMoveTask": {"SourceArn": arn}, "TagQueue": {**of_queue, "Tags": {"k": "v"}},
        "UntagQueue": {**of_queue, "TagKeys": ["k"]},
    }


def try_all(client, calls):
    """What did not fail, with its answer; none of them tells of B."""
    assert set(calls) == set(client.meta.service_model.operation_names)
    done = {}
    for operation, parameters in calls.items():
        try:
            answer = client._make_api_call(operation, parameters)
        except botocore.exceptions.ClientError:
            continue
        assert "whisper" not in json.dumps(without_metadata(answer), default=str), operation
        done[operation] = answer
    return done


def test_every_operation_of_an_outsider_leaves_the_account_alone(locked):
    a, b = locked.signed_in(fresh_account()), locked.signed_in(fresh_account())
    queue = furnish(b)
    before = state_of(b)
    assert before.count("whisper") >= 8
    done = try_all(a.events, calls_of_events(b))
    assert done["PutEvents"]["FailedEntryCount"] == 1
    assert done["PutPartnerEvents"]["FailedEntryCount"] == 1
    for operation in ("ListApiDestinations", "ListEventSources"):
        assert not any(without_metadata(done[operation]).values()), operation
    for operation in ("DescribeEventBus", "DescribeRule", "ListRules", "PutRule", "PutTargets",
                      "TagResource", "ListTagsForResource", "CreateArchive", "StartReplay",
                      "UpdateEventBus", "CreateApiDestination"):
        assert operation not in done
    try_all(a.sqs, calls_of_sqs(b, queue.url))
    # A partner may offer an event source to anybody; nothing comes of it until it is taken.
    assert [each["State"] for each in b.events.list_event_sources()["EventSources"]] in ([], [
        "PENDING"])
    a.events.delete_partner_event_source(Name="aws.partner/a/b", Account=b.id)
    assert state_of(b) == before
    assert queue.bodies(1) == [WHISPER]


def test_somebody_without_a_key_does_nothing_at_all(locked):
    b = locked.signed_in(fresh_account())
    queue = furnish(b)
    stranger = locked.account(b.id)  # names B's account as its key, as in development
    for client, calls in ((stranger.events, calls_of_events(b)),
                          (stranger.sqs, calls_of_sqs(b, queue.url))):
        for operation, parameters in calls.items():
            with refused() as refusal:
                client._make_api_call(operation, parameters)
            assert refusal.code in ("UnrecognizedClientException", "InvalidClientTokenId",
                                    "OperationDisabledException", "InvalidAction",
                                    "AWS.SimpleQueueService.UnsupportedOperation"), operation
