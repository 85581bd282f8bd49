"""What proves who calls: X-WSSE for the send API, SDK-HMAC-SHA256 for all others."""

import hashlib
import hmac
import secrets
from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit

ALGORITHM = "SDK-HMAC-SHA256"


def wsse_headers(app_key: str, app_secret: str) -> dict[str, str]:
    """The headers of a call of the send API (docs/api/data-plane.md, X-WSSE)."""
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = secrets.token_hex(16)
    digest = hashlib.sha256(f"{nonce}{created}{app_secret}".encode()).digest()
    return {
        "Authorization": 'WSSE realm="SDP",profile="UsernameToken",type="Appkey"',
        "X-WSSE": f'UsernameToken Username="{app_key}",'
        f'PasswordDigest="{b64encode(digest).decode()}",Nonce="{nonce}",Created="{created}"',
    }


def signed_headers(
    access_key: str, secret_key: str, *, method: str, url: str, body: bytes
) -> dict[str, str]:
    """The headers of a call of the other APIs (docs/api/data-plane.md, AK/SK).

    `url` has its query encoded with `%20` for a blank, and in the order of its names.
    """
    target = urlsplit(url)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    signed = {"host": target.netloc, "x-sdk-date": stamp}
    names = ";".join(signed)
    canonical = "\n".join(
        (
            method,
            quote(unquote(target.path), safe="/") + "/",
            target.query,
            "".join(f"{name}:{value}\n" for name, value in signed.items()),
            names,
            hashlib.sha256(body).hexdigest(),
        )
    )
    text = f"{ALGORITHM}\n{stamp}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {
        "X-Sdk-Date": stamp,
        "Authorization": f"{ALGORITHM} Access={access_key}, "
        f"SignedHeaders={names}, Signature={signature}",
    }
