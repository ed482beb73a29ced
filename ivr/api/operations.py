"""One operation of the API: who may ask, what is read of the request, and how it is described."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, TypeVar, get_origin

from flask import Response, request
from pydantic import BaseModel, ValidationError
from spectree import Response as Described
from spectree import SecurityScheme, SpecTree, Tag
from spectree.models import SecureType, SecuritySchemeData

from ivr.api.guard import admit
from ivr.api.problems import Fault, Kind, Problem, ProblemError, from_validation
from ivr.vocabulary import Scope

JSON = "application/json"
FHIR_JSON = "application/fhir+json"
TITLE = "The API of a medical practice's telephone switchboard"
ABOUT = (
    "A key belongs to one practice and has scopes; nothing of another practice is ever found. Instants are answered "
    "with the offset of the practice's zone and read with any; dates are ISO 8601, numbers E.164, keys as in the "
    "practice file. Lists come in pages: follow `next`, or the Link header. What changes something that is there "
    "needs `If-Match` with its ETag; what creates something takes an `Idempotency-Key`. Errors are problems (RFC 9457)."
)
BEARER = SecurityScheme(
    name="key",
    data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer", description="A key of the practice, `ivr_…`."),
)

Shape = type[BaseModel]
View = Callable[..., Response]
T = TypeVar("T", bound=BaseModel)

described = SpecTree(
    "flask",
    title=TITLE,
    version="1",
    description=ABOUT,
    security_schemes=[BEARER],
    security={"key": []},
    validation_error_model=Problem,
    naming_strategy=lambda shape: shape.__name__,
    nested_naming_strategy=lambda _, inner: inner,
    annotations=False,
    mode="strict",
)


@dataclass(frozen=True, slots=True)
class Operation:
    """What there is to say of a view beside its words."""

    name: str
    scope: Scope
    tag: str
    gives: Shape | None
    status: int = 200
    query: Shape | None = None
    body: Shape | None = None
    media_type: str = JSON
    has_mark: bool = False
    """It answers with an ETag, and to `If-None-Match` with 304."""
    needs_mark: bool = False
    """It changes what is there, and wants its ETag in `If-Match`."""
    may_need_mark: bool = False
    """The same where it is there already."""
    creates: bool = False
    """It takes an `Idempotency-Key`."""
    conflicts: bool = False
    has_pages: bool = False

    @property
    def only_reads(self) -> bool:
        return not (self.creates or self.needs_mark or self.may_need_mark)


def operation(asked: Operation) -> Callable[[View], View]:
    """Makes a view an operation: it is given `query` and `body` as they were read, and the parts of the address."""

    def decorate(view: View) -> View:
        def run(**values: Any) -> Response:
            admit(asked.scope)
            if asked.query is not None:
                values["query"] = read_query(asked.query)
            if asked.body is not None:
                values["body"] = read_body(asked.body)
            return view(**values)

        update_wrapper(run, _described(asked, view))
        run.__dict__[OPERATION] = asked
        return run

    return decorate


OPERATION = "ivr.operation"


def read_query(shape: type[T]) -> T:
    """The parameters of the address. Raises ProblemError."""
    several = {
        field.alias or name for name, field in shape.model_fields.items() if get_origin(field.annotation) is list
    }
    repeated = [name for name, values in request.args.lists() if len(values) > 1 and name not in several]
    if repeated:
        raise ProblemError(
            Kind.INVALID, errors=tuple(Fault(pointer=name, detail="is given twice") for name in repeated)
        )
    try:
        return shape.model_validate(
            {name: values if name in several else values[0] for name, values in request.args.lists()}
        )
    except ValidationError as error:
        raise _by_name(from_validation(error)) from None


def read_body(shape: type[T]) -> T:
    """The body, by the letter of its shape. Raises ProblemError."""
    if request.mimetype != JSON:
        raise ProblemError(Kind.MEDIA_TYPE)
    try:
        return shape.model_validate_json(request.get_data(), strict=True)
    except ValidationError as error:
        raise from_validation(error) from None


def _by_name(problem: ProblemError) -> ProblemError:
    """Parameters have names, not places in a document."""
    return ProblemError(
        problem.kind,
        errors=tuple(Fault(pointer=fault.pointer.removeprefix("/"), detail=fault.detail) for fault in problem.errors),
    )


def _described(asked: Operation, view: View) -> View:
    """The view as the description of the API knows it; it is never run as such."""
    name = f"HTTP_{asked.status}"
    given = Described(name) if asked.gives is None else Described(**{name: asked.gives})
    decorate = described.validate(
        query=asked.query,
        json=asked.body,
        resp=given,
        tags=[Tag(name=asked.tag)],
        operation_id=asked.name,
        skip_validation=True,
    )
    found: View = decorate(view)
    return found
