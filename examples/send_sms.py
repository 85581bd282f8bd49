"""Send a template message by X-WSSE, with nothing but Python's standard library.

    python examples/send_sms.py .local/demo.json notice 13800138000,13800138001 \
        --variables '["A1001"]' --callback http://127.0.0.1:8700/report
"""

import argparse
import base64
import hashlib
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def wsse_header(app_key: str, app_secret: str) -> str:
    """The X-WSSE header: a digest of nonce, time and secret proves that we know the secret."""
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = secrets.token_hex(16)
    digest = hashlib.sha256((nonce + created + app_secret).encode()).digest()
    return (
        f'UsernameToken Username="{app_key}",'
        f'PasswordDigest="{base64.b64encode(digest).decode()}",'
        f'Nonce="{nonce}",Created="{created}"'
    )


def send(
    demo: dict[str, Any], template: str, numbers: str, variables: str, callback: str
) -> dict[str, Any]:
    """Send and return the answer; a refusal is an answer too, with an HTTP status of 4xx."""
    row = demo["templates"][template]
    fields = {
        "from": row.get("channel_number", demo["channel_number"]),
        "to": numbers,
        "templateId": row["id"],
        "templateParas": variables,
        "statusCallback": callback,
    }
    request = urllib.request.Request(
        demo["base_url"] + "/sms/batchSendSms/v1",
        data=urllib.parse.urlencode(fields).encode(),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": 'WSSE realm="SDP",profile="UsernameToken",type="Appkey"',
            "X-WSSE": wsse_header(demo["app_key"], demo["app_secret"]),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return dict(json.load(response))
    except urllib.error.HTTPError as error:
        return dict(json.load(error))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Send one template message to some numbers.")
    parser.add_argument("demo", type=Path, help="path of demo.json")
    parser.add_argument("template", help="name of a template in demo.json")
    parser.add_argument("numbers", help="numbers, separated by commas")
    parser.add_argument("--variables", default="", help="JSON array, e.g. '[\"369751\"]'")
    parser.add_argument("--callback", default="", help="address for the status reports")
    given = parser.parse_args()
    demo = json.loads(given.demo.read_text(encoding="utf-8"))
    answer = send(demo, given.template, given.numbers, given.variables, given.callback)
    print(json.dumps(answer, ensure_ascii=False, indent=2))
