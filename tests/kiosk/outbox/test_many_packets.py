"""The store under anything that can happen to it, in any order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.outbox.store import State, Store
from tests.kiosk.outbox.packets import append, receipt_of


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["append", "sending", "postpone", "refuse", "receive", "erase", "requeue"]), max_size=40)
)
def test_whatever_happens_every_packet_is_in_exactly_one_place(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str]
) -> None:
    store = Store(tmp_path_factory.mktemp("store") / "outbox.db")
    number = 0
    for act in acts:
        waiting = store.next_unsent()
        if act == "append":
            number += 1
            append(store, number)
        elif act == "erase":
            store.erase_received()
        elif act == "requeue":
            store.requeue_refused()
        elif waiting is None:
            continue
        elif act == "sending":
            store.sending(waiting.sequence)
        elif act == "receive":
            store.receive(receipt_of(store, waiting.packet_id))
        else:
            getattr(store, act)(waiting.sequence, "some.code")
        counts = store.counts()
        assert counts.captured == number == counts.received + counts.unsent + counts.refused
        kept = {stub.sequence for stub in store.stubs(*State) if store.frame(stub.sequence)}
        assert kept == {stub.sequence for stub in store.stubs(*State) if stub.state is not State.ERASED}
    store.close()
