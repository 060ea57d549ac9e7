"""Targets that are calls of AWS services, against moto's server: what arrived is asked of it with
boto3 (spec 02 §3). To the byte, the calls are in tests/unit/targets/row_test.cc."""

import io
import json
import zipfile

import pytest

import moto_peer
from harness import entry, until

ROLE = f"arn:aws:iam::{moto_peer.ACCOUNT}:role/r"
ASSUME = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


def arn(service, rest):
    return f"arn:aws:{service}:us-east-1:{moto_peer.ACCOUNT}:{rest}"


@pytest.fixture(scope="module")
def moto(tmp_path_factory):
    peer = moto_peer.Moto(tmp_path_factory.mktemp("moto"))
    yield peer
    peer.close()


@pytest.fixture
def account(make_server, moto):
    """The account of moto's resources, on a server whose targets are there."""
    server = make_server(options=["--target-endpoints", f"default={moto.endpoint},sqs={moto.endpoint}"])
    return server.account(moto_peer.ACCOUNT)


def deliver(account, target, detail=None):
    """Puts one event that goes to `target`, and waits until it is there; answers its id."""
    account.rule({"source": ["app"]}, {"Id": "t", "RetryPolicy": {"MaximumRetryAttempts": 0}, **target})
    before = account.server.metric("rialto_deliveries_succeeded_total")
    event_id, = account.put(entry(detail or {"key": "k", "n": 7}))

    def is_delivered():
        assert account.server.metric("rialto_deliveries_dropped_total") == 0, account.server.log_tail()
        return account.server.metric("rialto_deliveries_succeeded_total") > before

    until(is_delivered, "the event was delivered", 30)
    return event_id


def test_sqs_elsewhere(account, moto):
    url = moto.client("sqs").create_queue(QueueName="q1")["QueueUrl"]
    event_id = deliver(account, {"Arn": arn("sqs", "q1")})
    message, = moto.client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"])["id"] == event_id


def test_sqs_elsewhere_fifo(account, moto):
    sqs = moto.client("sqs")
    url = sqs.create_queue(QueueName="q2.fifo", Attributes={
        "FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
    deliver(account, {"Arn": arn("sqs", "q2.fifo"), "InputPath": "$.detail",
                      "SqsParameters": {"MessageGroupId": "$.detail.key"}})
    message, = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert message["Attributes"]["MessageGroupId"] == "k"
    assert json.loads(message["Body"]) == {"key": "k", "n": 7}


def test_sns(account, moto):
    sqs, sns = moto.client("sqs"), moto.client("sns")
    topic = sns.create_topic(Name="t1")["TopicArn"]
    url = sqs.create_queue(QueueName="of-t1")["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "of-t1"))
    event_id = deliver(account, {"Arn": topic})
    message, = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(json.loads(message["Body"])["Message"])["id"] == event_id


def test_kinesis(account, moto):
    kinesis = moto.client("kinesis")
    kinesis.create_stream(StreamName="s1", ShardCount=1)
    event_id = deliver(account, {"Arn": arn("kinesis", "stream/s1"), "RoleArn": ROLE,
                                 "KinesisParameters": {"PartitionKeyPath": "$.detail.key"}})
    shard = kinesis.describe_stream(StreamName="s1")["StreamDescription"]["Shards"][0]["ShardId"]
    at = kinesis.get_shard_iterator(StreamName="s1", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    record, = kinesis.get_records(ShardIterator=at["ShardIterator"])["Records"]
    assert record["PartitionKey"] == "k"
    assert json.loads(record["Data"])["id"] == event_id


def test_firehose(account, moto):
    s3, firehose = moto.client("s3"), moto.client("firehose")
    s3.create_bucket(Bucket="bucket1")
    firehose.create_delivery_stream(DeliveryStreamName="d1", S3DestinationConfiguration={
        "RoleARN": ROLE, "BucketARN": "arn:aws:s3:::bucket1"})
    event_id = deliver(account, {"Arn": arn("firehose", "deliverystream/d1"), "RoleArn": ROLE})
    stored, = s3.list_objects_v2(Bucket="bucket1")["Contents"]
    body = s3.get_object(Bucket="bucket1", Key=stored["Key"])["Body"].read()
    assert json.loads(body)["id"] == event_id


def make_role(moto, name):
    iam = moto.client("iam")
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=ASSUME)["Role"]["Arn"]


def test_lambda(account, moto):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", "def handler(event, context):\n    return event\n")
    moto.client("lambda").create_function(
        FunctionName="f1", Runtime="python3.11", Role=make_role(moto, "lambda"), Handler="f.handler",
        Code={"ZipFile": code.getvalue()})
    deliver(account, {"Arn": arn("lambda", "function:f1")})


def test_step_functions(account, moto):
    states = moto.client("stepfunctions")
    machine = states.create_state_machine(
        name="m1", roleArn=make_role(moto, "states"),
        definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
    )["stateMachineArn"]
    event_id = deliver(account, {"Arn": machine, "RoleArn": ROLE, "InputPath": "$.detail"})
    execution, = states.list_executions(stateMachineArn=machine)["executions"]
    assert execution["name"].startswith(event_id + "_")
    told = states.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(told["input"]) == {"key": "k", "n": 7}


def test_ecs(account, moto):
    ecs, ec2 = moto.client("ecs"), moto.client("ec2")
    cluster = ecs.create_cluster(clusterName="c1")["cluster"]["clusterArn"]
    task = ecs.register_task_definition(family="t1", networkMode="awsvpc", requiresCompatibilities=["FARGATE"],
                                        cpu="256", memory="512", containerDefinitions=[
                                            {"name": "c", "image": "i", "memory": 1}])
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]  # moto wants one
    deliver(account, {"Arn": cluster, "RoleArn": ROLE,
                      "Input": json.dumps({"containerOverrides": [{"name": "c", "command": ["x"]}]}),
                      "EcsParameters": {
                          "TaskDefinitionArn": task["taskDefinition"]["taskDefinitionArn"],
                          "TaskCount": 2, "LaunchType": "FARGATE",
                          "NetworkConfiguration": {"awsvpcConfiguration": {
                              "Subnets": [subnet], "SecurityGroups": [group]}}}})
    tasks = ecs.list_tasks(cluster=cluster)["taskArns"]
    assert len(tasks) == 2
    told = ecs.describe_tasks(cluster=cluster, tasks=tasks)["tasks"][0]
    assert told["startedBy"].startswith("events-rule/rule-")
    assert told["overrides"]["containerOverrides"] == [{"name": "c", "command": ["x"]}]


def make_job_queue(moto):
    batch, ec2 = moto.client("batch"), moto.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    role = make_role(moto, "batch")
    environment = batch.create_compute_environment(
        computeEnvironmentName="env1", type="MANAGED", state="ENABLED", serviceRole=role,
        computeResources={"type": "FARGATE", "maxvCpus": 2, "subnets": [subnet],
                          "securityGroupIds": [group]})
    return batch.create_job_queue(
        jobQueueName="jq1", state="ENABLED", priority=1, computeEnvironmentOrder=[
            {"order": 1, "computeEnvironment": environment["computeEnvironmentArn"]}])["jobQueueArn"]


def test_batch(account, moto):
    batch = moto.client("batch")
    queue = make_job_queue(moto)
    definition = batch.register_job_definition(
        jobDefinitionName="jd1", type="container",
        containerProperties={"image": "busybox", "vcpus": 1, "memory": 4})["jobDefinitionArn"]
    deliver(account, {"Arn": queue, "RoleArn": ROLE,
                      "BatchParameters": {"JobDefinition": definition, "JobName": "job1"}})
    names = {job["jobName"] for status in ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING",
                                           "SUCCEEDED", "FAILED")
             for job in batch.list_jobs(jobQueue=queue, jobStatus=status)["jobSummaryList"]}
    assert names == {"job1"}


def test_codebuild(account, moto):
    codebuild = moto.client("codebuild")
    codebuild.create_project(
        name="p1", serviceRole=make_role(moto, "codebuild"), artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "S3", "location": "b/p"},
        environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"})
    deliver(account, {"Arn": arn("codebuild", "project/p1"), "RoleArn": ROLE})
    assert len(codebuild.list_builds_for_project(projectName="p1")["ids"]) == 1


def test_ssm_run_command(account, moto):
    ssm = moto.client("ssm")
    deliver(account, {"Arn": f"arn:aws:ssm:us-east-1::document/AWS-RunShellScript", "RoleArn": ROLE,
                      "Input": json.dumps({"commands": ["ls"]}),
                      "RunCommandParameters": {"RunCommandTargets": [
                          {"Key": "tag:a", "Values": ["b"]}]}})
    command, = ssm.list_commands()["Commands"]
    assert command["DocumentName"] == "AWS-RunShellScript"
    assert command["Parameters"] == {"commands": ["ls"]}
    assert command["Targets"] == [{"Key": "tag:a", "Values": ["b"]}]


@pytest.mark.parametrize("action, state", [
    ("stop-instance", "stopped"), ("terminate-instance", "terminated"), ("reboot-instance", "running")])
def test_ec2_instances(account, moto, action, state):
    ec2 = moto.client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    deliver(account, {"Arn": arn("events", f"target/{action}"), "RoleArn": ROLE,
                      "Input": json.dumps(instance)})
    told = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    assert told["State"]["Name"] == state


def test_ec2_snapshots(account, moto):
    ec2 = moto.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    deliver(account, {"Arn": arn("events", "target/create-snapshot"), "RoleArn": ROLE,
                      "Input": json.dumps(volume)})
    snapshots = ec2.describe_snapshots(Filters=[{"Name": "volume-id", "Values": [volume]}])["Snapshots"]
    assert len(snapshots) == 1


def test_logs(account, moto):
    logs = moto.client("logs")
    logs.create_log_group(logGroupName="/aws/events/g1")
    event_id = deliver(account, {"Arn": arn("logs", "log-group:/aws/events/g1:*")})
    told, = logs.filter_log_events(logGroupName="/aws/events/g1")["events"]
    assert json.loads(told["message"])["id"] == event_id


def test_redshift_data(account, moto):
    deliver(account, {"Arn": arn("redshift", "cluster:c1"), "RoleArn": ROLE, "RedshiftDataParameters": {
        "Database": "d", "DbUser": "u", "Sql": "select 1"}})


def test_sagemaker_pipeline(account, moto):
    sagemaker = moto.client("sagemaker")
    sagemaker.create_pipeline(PipelineName="p1", RoleArn=make_role(moto, "sagemaker"),
                              PipelineDefinition="{}", ClientRequestToken="t" * 32)
    deliver(account, {"Arn": arn("sagemaker", "pipeline/p1"), "RoleArn": ROLE,
                      "SageMakerPipelineParameters": {"PipelineParameterList": [
                          {"Name": "key", "Value": "$.detail.key"}]}})
    execution, = sagemaker.list_pipeline_executions(PipelineName="p1")["PipelineExecutionSummaries"]
    told = sagemaker.list_pipeline_parameters_for_execution(
        PipelineExecutionArn=execution["PipelineExecutionArn"])
    assert told["PipelineParameters"] == [{"Name": "key", "Value": "k"}]
