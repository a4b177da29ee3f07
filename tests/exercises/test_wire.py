"""Cases and outcomes cross into a sandbox and back unchanged; nothing forged gets through."""

import base64
import contextlib
import io
import json
import pickle

import numpy as np
import pytest

from mlp_lib.exercises import wire
from mlp_lib.exercises.runner import Case, Failure, Other, Outcome, same

VALUES = {
    "special": np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]), "empty": np.zeros((0, 3)),
    "0-d": np.array(2.5), "bool": np.array([[True, False]]), "int": np.arange(6).reshape(2, 3),
    "uint8": np.array([255], np.uint8), "float32": np.float32([[1.1, 2.2]]),
    "Fortran": np.asfortranarray(np.arange(12.0).reshape(3, 4)), "big endian": np.ones(3, ">f8"),
    "strided": np.arange(10.0)[::3], "complex": np.array([1 + 2j]), "texts": np.array(["ä", "bc"]),
    "minus zero": -0.0, "nan": np.nan, "infinite": -np.inf, "huge int": -(10**5000),
    "one complex": 1 - 2j, "bytes": b"\x00\xff", "unicode": "∇·Ω \U0001f600",
    "surrogate": "\ud800",
    "none": None, "true": True, "nested": ({"a": [1, (2.5, np.ones(2))], 3: None}, []),
    "other": Other("generator"),
}


@pytest.mark.parametrize("name", VALUES)
def test_values_come_back_to_the_last_bit(name):
    value = VALUES[name]
    outcome = Outcome(value, Failure("ValueError", "ä <b>", "line 3: x"), (0, 2), True, 0.25)
    back, = wire.unpack_outcomes(wire.pack_outcomes([outcome]))
    case, = wire.unpack_cases(wire.pack_cases([Case("Größe", (value, 1))]))
    for got in (back.value, case.args[0]):
        assert type(got) is type(value)
        assert same(got, value)
    assert (back.failure, back.mutated, back.overwritten, back.seconds) == (
        outcome.failure, (0, 2), True, 0.25)
    assert (case.name, case.args[1]) == ("Größe", 1)


def test_order_and_sign_survive_and_what_arrives_can_be_written():
    fortran, special = (wire.decode(wire.encode(VALUES[name])) for name in ("Fortran", "special"))
    assert fortran.flags.f_contiguous
    assert np.signbit(special[3])
    special[0] = 1


@pytest.mark.parametrize("scalar", [np.int64(3), np.float32(0.1), np.bool_(True), np.uint8(200)])
def test_scalars_of_a_case_stay_scalars(scalar):
    back = wire.unpack_cases(wire.pack_cases([Case("one", (scalar,))]))[0].args[0]
    assert type(back) is type(scalar)
    assert back == scalar


def test_objects_are_refused_on_both_sides():
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        wire.encode(np.array([None]))
    for content in (saved(np.array([[1, 2], None], object)), pickle.dumps(print), zipped()):
        with pytest.raises(ValueError, match="does not hold outcomes"):
            wire.unpack_outcomes(forged(npy=base64.b64encode(content).decode()))


def test_addresses_of_objects_are_not_believed():
    header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    with pytest.raises(ValueError, match="an array of dtype object"):
        wire.unpack_outcomes(forged(npy=headed(header, bytes(8))))


def saved(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def zipped():
    buffer = io.BytesIO()
    np.savez(buffer, a=np.ones(2))
    return buffer.getvalue()


def headed(header, data=b""):
    """A .npy file with a header of one's own."""
    text = header.encode()
    return base64.b64encode(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text
                            + data).decode()


def forged(**value):
    return json.dumps([[value, None, [], False, 0.1]])


BAD = {
    "no JSON": "[[1, ", "a number": "3", "null": "null", "an object": '{"a": 1}', "short": "[[1]]",
    "deep": "[" * 100_000, "bytes": b"\xff\xfe", "nothing": None, "unknown form": forged(call="os"),
    "two forms": forged(npy="", float="1"), "no base64": forged(npy="§"), "empty": forged(npy=""),
    "no text": forged(npy=3), "float of a word": forged(float="one"), "a list": forged(float=[]),
    "key without hash": forged(dict=[[[1], 2]]), "pair of one": forged(dict=[[1]]),
    "int of a word": forged(int="0xz"), "three parts": forged(complex=["1", "2", "3"]),
    "huge": forged(npy=headed(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }\n")),
    "negative": forged(npy=headed(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1), }\n", bytes(8))),
    "entries of no bytes": forged(npy=headed(
        "{'descr': '|V0', 'fortran_order': False, 'shape': (1000000000000,), }\n")),
    "torn header": forged(npy=headed("{'descr': (((\n")),
    "code": forged(npy=headed("__import__('os').abort()\n")),
    "many bytes": forged(npy=headed(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n", bytes(9))),
    "failure of two": json.dumps([[1, ["ValueError", "x"], [], False, 0.1]]),
    "failure of numbers": json.dumps([[1, [1, 2, 3], [], False, 0.1]]),
    "seconds back": json.dumps([[1, None, [], False, -1]]),
    "no seconds": json.dumps([[1, None, [], False, float("nan")]]),
    "argument -1": json.dumps([[1, None, [-1], False, 0.1]]),
    "arguments": json.dumps([[1, None, 5, False, 0.1]]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_damaged_or_forged_text_is_one_kind_of_error_with_words(name):
    with pytest.raises(ValueError, match=r"this text does not hold outcomes: .+"):
        wire.unpack_outcomes(BAD[name])


def test_every_cut_and_every_changed_letter_is_data_or_a_value_error():
    text = wire.pack_outcomes([Outcome((np.arange(3.0), {"a": 1.5}, "b", 2j), None, (1,))])
    letters = np.random.default_rng(0).integers(32, 127, len(text))
    for i in range(len(text)):
        for damaged in (text[:i], text[:i] + chr(letters[i]) + text[i + 1:]):
            with contextlib.suppress(ValueError):
                assert len(wire.unpack_outcomes(damaged)) == 1


def test_words_can_be_written_to_a_file():
    text = json.dumps([[{"other": "x\ud800"}, ["E\ud800", "m" * 10**5, ""], [], False, 0.1]])
    outcome, = wire.unpack_outcomes(text)
    (outcome.failure.kind + outcome.value.type_name).encode("utf-8")
    assert len(outcome.failure.message) == wire.LONGEST


MANY = {
    "lists": "[" + "[]," * 300_000 + "[]]", "numbers": "[" + "257," * 600_000 + "1]",
    "keys of one place": json.dumps({"dict": [[i * (2**61 - 1), 1] for i in range(30_000)]}),
}


@pytest.mark.parametrize("name", MANY)
def test_a_text_of_many_tiny_parts_is_refused_before_it_is_taken_apart(name, monkeypatch):
    decode, taken = wire.decode, []
    monkeypatch.setattr(wire, "decode", lambda value: taken.append(1) or decode(value))
    with pytest.raises(ValueError, match=r"parts|entries"):
        wire.unpack_outcomes(f"[[{MANY[name]}, null, [], false, 0.0]]")
    assert len(taken) <= 1
    outcome, = wire.unpack_outcomes('[[{"dict": [[1, 2], [3, 4]]}, null, [], false, 0.0]]')
    assert outcome.value == {1: 2, 3: 4}
    assert len(taken) >= 5


def test_a_list_as_long_as_anyone_returns_is_read():
    value = [float(i) for i in range(100_000)]
    outcome, = wire.unpack_outcomes(wire.pack_outcomes([Outcome(value)]))
    assert outcome.value == value
