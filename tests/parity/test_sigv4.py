#!/usr/bin/env python3
"""Our signatures against botocore's, for random requests.

python3 tests/parity/test_sigv4.py SIGN_LINES [SEED]
"""
import datetime
import json
import random
import subprocess
import sys
import urllib.parse

REQUESTS = 2000


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(0)


def text(rng, alphabet, longest):
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(0, longest)))


WORD = "abcXYZ019-_.~"
ANY = WORD + " /:+=&%?#@!$'()*,;é漢\"<>[]{}|\\^`"


def request_of(rng):
    segments = [rng.choice([text(rng, ANY, 8), "", ".", ".."]) for _ in range(rng.randint(0, 5))]
    path = "/" + "/".join(urllib.parse.quote(segment, safe="") for segment in segments)
    names = [text(rng, WORD, 3) or "k" for _ in range(rng.randint(0, 4))]
    query = "&".join(f"{urllib.parse.quote(name, safe='')}={urllib.parse.quote(text(rng, ANY, 6), safe='')}"
                     for name in names)
    headers = {"Host": "h.example:1591"}
    for name in ("Content-Type", "X-Amz-Target", "X-B", "x-a"):
        if rng.random() < 0.5:
            headers[name] = text(rng, WORD + "   \t", 12)
    return {"method": rng.choice(["GET", "POST", "PUT", "DELETE"]), "path": path, "query": query,
            "headers": headers, "body": text(rng, ANY, 40), "key": "AKID" + text(rng, WORD, 4),
            "secret": "s" + text(rng, ANY, 20), "token": rng.choice(["", "tok/en+="]),
            "region": rng.choice(["us-east-1", "eu-west-1"]), "service": rng.choice(["events", "sqs"]),
            "time": f"20{rng.randint(10, 60)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}T01:02:0{rng.randint(0, 9)}Z"}


def botocore_signature(request):
    from botocore import auth, awsrequest, compat, credentials
    when = datetime.datetime.strptime(request["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)

    class FixedTime(auth.SigV4Auth):
        def add_auth(self, aws_request):
            aws_request.context["timestamp"] = when.strftime("%Y%m%dT%H%M%SZ")
            self._modify_request_before_signing(aws_request)
            signature = self.signature(self.string_to_sign(aws_request, self.canonical_request(aws_request)),
                                       aws_request)
            self._inject_signature_to_request(aws_request, signature)

    url = "http://" + request["headers"]["Host"] + request["path"]
    if request["query"]:
        url += "?" + request["query"]
    made = awsrequest.AWSRequest(method=request["method"], url=url, data=request["body"].encode(),
                                 headers=compat.HTTPHeaders())
    for name, value in request["headers"].items():
        made.headers[name] = value
    keys = credentials.Credentials(request["key"], request["secret"], request["token"] or None)
    FixedTime(keys, request["service"], request["region"]).add_auth(made)
    return made.headers["Authorization"]


def main():
    try:
        import botocore.auth  # noqa: F401
    except ImportError:
        skip("botocore is not installed (pip install botocore)")
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    rng = random.Random(seed)
    requests = [request_of(rng) for _ in range(REQUESTS)]
    ours = subprocess.run([sys.argv[1]], input="\n".join(json.dumps(each) for each in requests), text=True,
                          capture_output=True, check=True).stdout.splitlines()
    assert len(ours) == REQUESTS, f"{len(ours)} answers"
    for request, signature in zip(requests, ours):
        expected = botocore_signature(request)
        assert signature == expected, f"seed {seed}: {json.dumps(request)}\n{signature}\n{expected}"
    print(f"{REQUESTS} signatures are botocore's (seed {seed})")


if __name__ == "__main__":
    main()
