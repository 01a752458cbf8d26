"""One HTTP POST with a limit on everything: time as a whole, size, no redirects (RFC 6960 Appendix A).

A responder that hands over one byte every two seconds must not hold the person at the counter: the exchange runs in a
thread of its own and is left to itself after the limit.
"""

from __future__ import annotations

import http.client
import threading
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from hardware.card.errors import ResponderUnheard

LARGEST_ANSWER = 1 << 16
_HEADERS = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}


class _Staying(HTTPRedirectHandler):
    """The question names a person's certificate: it goes to the configured address only."""

    def redirect_request(self, *_: object) -> None:
        return None


def post(url: str, body: bytes, *, seconds: float) -> bytes:
    """The answer's body. Raises `ResponderUnheard` for everything else."""
    answers: list[bytes | ResponderUnheard] = []
    done = threading.Event()
    threading.Thread(target=_work, args=(url, body, seconds, answers, done), name="ocsp", daemon=True).start()
    done.wait(seconds)
    if not answers:
        raise ResponderUnheard("the responder did not answer in time")
    answer = answers[0]
    if isinstance(answer, ResponderUnheard):
        raise answer
    return answer


def _work(
    url: str, body: bytes, seconds: float, answers: list[bytes | ResponderUnheard], done: threading.Event
) -> None:
    try:
        answers.append(_exchange(url, body, seconds))
    except ResponderUnheard as unheard:
        answers.append(unheard)
    finally:
        done.set()


def _exchange(url: str, body: bytes, seconds: float) -> bytes:
    try:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ResponderUnheard("the responder's address is not one of http or https")
        request = Request(url, data=body, headers=_HEADERS, method="POST")  # noqa: S310 – the scheme is checked
        with build_opener(_Staying).open(request, timeout=seconds) as response:
            content: bytes = response.read(LARGEST_ANSWER + 1)
    except HTTPError as refused:
        refused.close()
        raise ResponderUnheard(f"the responder answered {refused.code}") from None
    except (URLError, OSError, http.client.HTTPException, ValueError) as error:
        raise ResponderUnheard(f"the responder cannot be reached: {type(error).__name__}") from error
    if len(content) > LARGEST_ANSWER:
        raise ResponderUnheard("the answer is larger than any")
    return content
