"""Give Django the bodies of chunked requests that carry no Content-Length.

Django under WSGI reads ``CONTENT_LENGTH`` bytes and so sees an empty body when a client streams
(`spec data-plane §9`; Java's and Node's HTTP clients do). Servers that decode the chunks say so
with ``wsgi.input_terminated``.
"""

from collections.abc import Iterable
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from api.bodies import BODY_LIMIT_BYTES


def read_chunked_bodies(application: WSGIApplication) -> WSGIApplication:
    """Wrap a WSGI application so that a chunked body arrives with its length set.

    At most ``BODY_LIMIT_BYTES`` + 1 bytes are read: the one byte over makes Django's own size
    limit refuse the request with a clear answer.
    """

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("CONTENT_LENGTH") and environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"].read(BODY_LIMIT_BYTES + 1)
            environ["wsgi.input"] = BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return application(environ, start_response)

    return wrapped
