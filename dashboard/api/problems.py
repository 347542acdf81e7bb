"""What an answer says that is no answer: problem details, as RFC 9457 has them.

https://www.rfc-editor.org/rfc/rfc9457
"""

from http import HTTPStatus
from typing import Final

import msgspec
from tornado import web

__all__ = ["MEDIA_TYPE", "Problem", "Refusal", "problem_of"]

MEDIA_TYPE: Final = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request is not answered.

    `subject` is what is wrong with it, `rule` what that must be, `got` what it is
    instead, `cure` what helps; `detail` says all of them in a sentence.
    """

    title: str
    status: int
    detail: str
    subject: str | None = None
    rule: str | None = None
    got: str | None = None
    cure: str | None = None


class Refusal(web.HTTPError):
    """A request that is not answered, and why."""

    def __init__(
        self,
        status: HTTPStatus,
        subject: str,
        rule: str,
        *,
        got: str | None = None,
        cure: str | None = None,
    ) -> None:
        super().__init__(status)
        detail = f"`{subject}` must {rule}"
        detail += "" if got is None else f"; got {got!r} instead"
        detail += "" if cure is None else f"; {cure}"
        self.problem = Problem(
            title=status.phrase,
            status=status,
            detail=detail,
            subject=subject,
            rule=f"must {rule}",
            got=got,
            cure=cure,
        )


def problem_of(status: int, error: BaseException | None) -> Problem:
    """Return what is told of an error; of one of ours no more than that it is."""
    if isinstance(error, Refusal):
        return error.problem
    title = HTTPStatus(status).phrase
    return Problem(title=title, status=status, detail=HTTPStatus(status).description)
