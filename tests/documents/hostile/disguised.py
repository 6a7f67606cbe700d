"""Hostile files that are no PDF, are two files in one, are damaged, or are locked."""

import random

import pikepdf

from registration.documents.rules import Flaw
from tests.documents.hostile.flaws import BROKEN, NOT_PDF, TWO, Made, archive, pages
from tests.documents.making import plain, saved


def wrong_types() -> Made:
    starts = {
        "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
        "png": b"\x89PNG\r\n\x1a\n",
        "gif": b"GIF89a",
        "tiff": b"II*\x00",
        "webp": b"RIFF\x10\x00\x00\x00WEBP",
        "windows program": b"MZ\x90\x00",
        "linux program": b"\x7fELF\x02\x01\x01",
        "mac program": b"\xcf\xfa\xed\xfe",
        "java class": b"\xca\xfe\xba\xbe",
        "shell script": b"#!/bin/sh\nrm -rf /\n",
        "python script": b"import os\n",
        "postscript": b"%!PS-Adobe-3.0\n",
        "encapsulated postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
        "rich text": b"{\\rtf1\\ansi",
        "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "page": b"<!doctype html><script>alert(1)</script>",
        "xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
        "drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "gzip": b"\x1f\x8b\x08\x00",
        "bzip2": b"BZh91AY&SY",
        "xz": b"\xfd7zXZ\x00",
        "rar": b"Rar!\x1a\x07\x00",
        "seven zip": b"7z\xbc\xaf\x27\x1c",
        "cabinet": b"MSCF\x00\x00\x00\x00",
        "shortcut": b"L\x00\x00\x00\x01\x14\x02\x00",
        "compressed pages": b"ITSF\x03\x00\x00\x00",
        "mail": b"From: a@b.example\r\nSubject: x\r\n\r\n",
        "film": b"\x00\x00\x00\x18ftypmp42",
        "sound": b"ID3\x03\x00",
        "flash": b"CWS\x0a",
        "database": b"SQLite format 3\x00",
        "font": b"\x00\x01\x00\x00\x00\x10",
        "certificate": b"-----BEGIN CERTIFICATE-----\n",
        "calendar": b"BEGIN:VCALENDAR\r\n",
        "csv": b"a;b;c\r\n=cmd|' /C calc'!A0;;\r\n",
        "byte order mark": b"\xef\xbb\xbf" + plain(),
        "a space in front": b" " + plain(),
        "a line in front": b"\r\n" + plain(),
        "another version's mark": b"%FDF-1.2\n" + plain(),
        "the mark in small letters": plain().replace(b"%PDF-", b"%pdf-", 1),
    }
    for name, start in starts.items():
        yield f"wrong type: {name}", start + b"x" * 200, NOT_PDF
    yield "wrong type: archive", archive(), NOT_PDF
    yield "wrong type: document of an office", archive("word/document.xml"), NOT_PDF
    yield "wrong type: archive that unpacks without end", archive("a", 30_000_000), NOT_PDF
    yield "empty", b"", frozenset({Flaw.EMPTY})
    yield "too big", plain() + b"\n" * (20 * 2**20), frozenset({Flaw.TOO_BIG})


def polyglots() -> Made:
    body = plain()
    begun = b"%PDF-1.4\n"
    for name, front in {
        "page": b"<html><script>alert(1)</script></html>",
        "page in capitals": b"<HTML><BODY onload=alert(1)>",
        "script": b"<script src=//evil.example></script>",
        "drawing": b"<svg onload=alert(1)>",
        "frame": b"<iframe src=//evil.example>",
        "declared page": b"<!DOCTYPE html>",
        "spaced tag": b"< script >alert(1)</ script>",
        "shell": b"#!/bin/sh\nrm -rf ~\n",
    }.items():
        yield f"polyglot: {name} in front", begun + front + b"\n" + body, TWO
    for name, behind in {
        "archive": archive(),
        "java archive": archive("META-INF/MANIFEST.MF"),
        "old rar": b"Rar!\x1a\x07\x00" + bytes(50),
        "new rar": b"Rar!\x1a\x07\x01\x00" + bytes(50),
        "seven zip": b"7z\xbc\xaf\x27\x1c" + bytes(50),
        "php": b"<?php system($_GET['c']); ?>",
        "second file": b"\n" + body,
        "page": b"\n<html><script>alert(1)</script>",
        "program": b"MZ\x90\x00" + bytes(200),
        "words": b"\nand a few words more",
        "photograph": b"\xff\xd8\xff\xe0" + bytes(100),
    }.items():
        yield f"polyglot: {name} behind", body + behind, TWO
    yield "polyglot: php within a comment", begun + b"%<?php echo 1; ?>\n" + body, TWO
    tape = bytearray(begun + b"%" + b" " * 600 + b"\n" + body)
    tape[257:262] = b"ustar"
    yield "polyglot: tape", bytes(tape), TWO
    disc = bytearray(begun + b"%" + b" " * 33_000 + b"\n" + body)
    disc[32_769:32_774] = b"CD001"
    yield "polyglot: disc", bytes(disc), TWO
    scan = bytearray(begun + b"%" + b" " * 300 + b"\n" + body)
    scan[128:132] = b"DICM"
    yield "polyglot: medical picture", bytes(scan), TWO
    commented = archive()
    yield (
        "polyglot: archive with the file as its comment",
        body + commented[:-2] + b"\x05\x00abcde",
        TWO,
    )


def truncated() -> Made:
    """A file is cut where nothing can be read from what is left, or its parts are overwritten."""
    yield "cut: the mark alone", b"%PDF-1.7\n", BROKEN
    yield "cut: the mark and an end", b"%PDF-1.7\n%%EOF\n", BROKEN
    body = plain(30)
    for share in (3, 5, 8, 10, 15, 20, 25, 30):
        yield f"cut: after {share} %", body[: len(body) * share // 100], BROKEN
    packed = saved(pages(30), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    for share in (10, 20, 30, 40, 50, 60):
        yield f"cut: packed, after {share} %", packed[: len(packed) * share // 100], BROKEN
    chance = random.Random(17)
    for number in range(30):
        noise = bytes(chance.randrange(256) for _ in range(200 + 50 * number))
        yield f"noise: {number}", b"%PDF-1.7\n" + noise + b"\n%%EOF\n", BROKEN | TWO
    for name, old, new in (
        ("no pages", b"/Pages", b"/Seite"),
        ("no root", b"/Root", b"/Rute"),
    ):
        damaged = plain().replace(old, new)
        yield f"damaged: {name}", damaged, BROKEN
    yield "damaged: no page at all", saved(pikepdf.new()), BROKEN


def encrypted() -> Made:
    for revision in (2, 3, 4, 6):
        modern = revision >= 4
        for name, words in {
            "to open": {"user": "secret", "owner": "secret"},
            "to change": {"user": "", "owner": "secret"},
            "empty": {"user": "", "owner": ""},
        }.items():
            how = pikepdf.Encryption(**words, R=revision, aes=modern, metadata=modern)
            yield (
                f"encrypted: {name}, revision {revision}",
                saved(pages(1), encryption=how),
                frozenset({Flaw.ENCRYPTED}),
            )
