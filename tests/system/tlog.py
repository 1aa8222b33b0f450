# SPDX-License-Identifier: Apache-2.0
"""A second verifier of the log's checkpoints and proofs, written from
doc/PROTOCOL.audit, RFC 9162 and the pages of C2SP. It shares no code with the
product: Ed25519 is that of python3-cryptography."""
import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def leaf(line):
    return hashlib.sha256(b"\0" + line).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while 2 * half < len(leaves):
        half *= 2
    return node(root(leaves[:half]), root(leaves[half:]))


class Checkpoint:
    """A signed note of three lines, by the key of a verifier key line."""

    def __init__(self, text, vkey):
        name, key_id, blob = vkey.strip().split("+", 2)
        raw = base64.b64decode(blob)
        assert raw[0] == 1  # Ed25519
        assert key_id == hashlib.sha256(
            name.encode() + b"\n" + raw).digest()[:4].hex()
        body, _, signatures = text.partition("\n\n")
        body += "\n"
        self.origin, size, hash_ = body.splitlines()[:3]
        self.size, self.root = int(size), base64.b64decode(hash_)
        assert self.origin == name
        (signature,) = [base64.b64decode(line.split(" ")[2])
                        for line in signatures.splitlines()
                        if line.startswith(f"\u2014 {name} ")]
        assert signature[:4].hex() == key_id
        Ed25519PublicKey.from_public_bytes(raw[1:]).verify(
            signature[4:], body.encode())


def _hashes(lines):
    return [base64.b64decode(line, validate=True) for line in lines]


def included(proof, line, vkey):
    """The checkpoint of a C2SP tlog-proof, if it proves that line."""
    head, _, note = proof.partition("\n\n")
    first, index, *hashes = head.splitlines()
    assert first == "c2sp.org/tlog-proof@v1"
    word, number = index.split(" ")
    assert word == "index"
    checkpoint = Checkpoint(note, vkey)
    fn, sn, r = int(number), checkpoint.size - 1, leaf(line)
    assert fn <= sn
    for h in _hashes(hashes):
        assert sn > 0
        if fn & 1 or fn == sn:
            r = node(h, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, h)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0 and r == checkpoint.root
    return checkpoint


def continued(answer, old, vkey):
    """The newer checkpoint, if the answer proves that it continues the old."""
    head, _, note = answer.partition("\n\n")
    first, *hashes = head.splitlines()
    assert first == f"old {old.size}"
    new, proof = Checkpoint(note, vkey), _hashes(hashes)
    if old.size in (0, new.size):
        assert not proof and (old.size == 0 or old.root == new.root)
        return new
    if old.size & (old.size - 1) == 0:
        proof.insert(0, old.root)
    fn, sn = old.size - 1, new.size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for h in proof[1:]:
        assert sn > 0
        if fn & 1 or fn == sn:
            fr, sr = node(h, fr), node(h, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, h)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0 and (fr, sr) == (old.root, new.root)
    return new
