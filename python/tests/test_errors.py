from __future__ import annotations

import copy
import pickle
import typing

import pytest

from b24delete import B24Error, Client, LocalError, NotFoundError, Operation, _kinds, _native, errors
from b24delete.errors import OutcomeUnknownError


def test_every_kind_has_a_class() -> None:
    classes = _native.error_classes()
    assert set(classes) == set(typing.get_args(_kinds.Kind))
    families = {name: getattr(errors, name) for name in classes.values()}
    assert set(families.values()) == set(B24Error.__subclasses__())


@pytest.mark.parametrize(
    "repeat", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy]
)
def test_exceptions_can_be_pickled_and_copied(repeat: typing.Callable[[B24Error], B24Error]) -> None:
    error = OutcomeUnknownError(
        "lost (outcome_unknown)",
        kind="outcome_unknown",
        effect="may_have_applied",
        method="crm.lead.delete",
        description="lost",
        http_status=502,
        attempts=2,
    )
    error.__cause__ = NotFoundError("gone", kind="not_found", effect="rejected", code="NOT_FOUND")
    again = repeat(error)
    assert type(again) is OutcomeUnknownError
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert isinstance(again.__cause__, NotFoundError)
    assert again.__cause__.code == "NOT_FOUND"


def test_a_real_exception_can_be_pickled(client: Client) -> None:
    with pytest.raises(NotFoundError) as caught:
        client.delete_lead(999)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), vars(again)) == (str(caught.value), vars(caught.value))


def test_a_panic_is_an_error_of_our_own(client: Client) -> None:
    def operations() -> typing.Iterator[Operation]:
        yield Operation.lead(1)
        panics = [cls for cls in BaseException.__subclasses__() if cls.__name__ == "PanicException"]
        # Raised within a call from Rust, this class goes on as a panic there.
        raise panics[0]("as if Rust had panicked")

    with pytest.raises(ValueError, match="make the class known"):
        list(client.delete_many(_failing()))
    with pytest.raises(LocalError) as caught:
        list(client.delete_many(operations()))
    assert (caught.value.kind, caught.value.effect) == ("internal", "may_have_applied")
    assert client.delete_lead(2).status == "deleted"


def _failing() -> typing.Iterator[Operation]:
    raise ValueError("make the class known")
    yield


def test_words_for_effects() -> None:
    assert typing.get_args(_kinds.Effect) == ("not_sent", "rejected", "may_have_applied")
