"""signature.py - AWS Signature Version 4, by another hand than ours: for the servers of tests

The signature of each request is made again by botocore, from what came over the wire, and must
be the same.
"""
import hashlib
import time
import urllib.parse
from datetime import datetime, timezone

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SECRETS = {
    "AKIAIOSFODNN7EXAMPLE": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "ASIAOFAROLE7EXAMPLES": "a+secret/of+a+role/EXAMPLE",
}


class Refused(Exception):
    def __init__(self, status, code, message="", **more):
        super().__init__(code)
        self.status, self.code, self.message, self.more = status, code, message, more


def check(handler, service, region, body, expired="", skew=0):
    """Refused where @handler's request is not signed by one of SECRETS for @service."""
    headers = handler.headers
    kind, _, rest = headers.get("Authorization", "").partition(" ")
    if kind != "AWS4-HMAC-SHA256":
        raise Refused(403, "AccessDenied", "Access Denied")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    identity, _, scope = fields["Credential"].partition("/")
    date = headers["x-amz-date"]
    token = headers.get("x-amz-security-token", "")
    if identity not in SECRETS:
        raise Refused(403, "InvalidAccessKeyId", "no such key")
    if token and token == expired:
        raise Refused(400, "ExpiredToken", "The provided token has expired.")
    if scope.split("/")[1] != region:
        raise Refused(400, "AuthorizationHeaderMalformed", "wrong region", Region=region)
    if scope != f"{date[:8]}/{region}/{service}/aws4_request":
        raise Refused(400, "AuthorizationHeaderMalformed", "wrong scope")
    names = fields["SignedHeaders"].split(";")
    must = [name.lower() for name in headers if name.lower().startswith("x-amz-")]
    if names != sorted(names) or not set(must + ["host"]) <= set(names):
        raise Refused(403, "AccessDenied", "There were headers which were not signed")
    if headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
        raise Refused(400, "XAmzContentSHA256Mismatch", "another body")
    path, _, query = handler.path.partition("?")
    request = AWSRequest(
        method=handler.command,
        url=f"https://{headers['Host']}{path}",
        headers={name: headers[name] for name in names},
        data=body or None,
        params=dict(urllib.parse.parse_qsl(query, keep_blank_values=True)),
    )
    request.context["timestamp"] = date
    auth = (S3SigV4Auth if service == "s3" else SigV4Auth)(
        Credentials(identity, SECRETS[identity], token or None), service, region)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    if auth.signature(text, request) != fields["Signature"]:
        raise Refused(403, "SignatureDoesNotMatch", "The signature does not match")
    when = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    if abs(when.timestamp() - time.time() - skew) > 900:
        raise Refused(403, "RequestTimeTooSkewed", "too far off")
