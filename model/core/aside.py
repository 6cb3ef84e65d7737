"""Writes a file beside its place and renames it, so that it is whole or not there, and leaves nothing behind when that fails.

Limits: files, one or several together; a whole report is swapped in by reporting/write.py.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of ``path`` when all went well and is removed when not."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def together(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Paths to write to, which take the places of ``paths`` when all went well: all of them or none.

    What stood there is moved aside first and comes back when one of the places can not be taken.
    """
    parts = [path.with_name(f".{path.name}.{os.getpid()}.part") for path in paths]
    olds = [path.with_name(f".{path.name}.{os.getpid()}.old") for path in paths]
    begun: list[int] = []
    try:
        yield parts
        for path in paths:
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        for number, path in enumerate(paths):
            begun.append(number)
            if path.exists():
                os.replace(path, olds[number])
            os.replace(parts[number], path)
    except BaseException:
        for number in reversed(begun):
            if olds[number].exists():
                os.replace(olds[number], paths[number])
            elif not parts[number].exists():  # it took a place where nothing stood
                paths[number].unlink(missing_ok=True)
        raise
    finally:
        for path in (*parts, *olds):
            path.unlink(missing_ok=True)


def workbook_bytes(book: Any) -> bytes:
    """An openpyxl workbook as it is saved.

    Saved straight to a disk without room it would be closed once more by the archive, with another error after the first.
    """
    from .saved.sheet_text import save

    content = io.BytesIO()
    save(book, content)
    return content.getvalue()


def save_workbook(book: Any, path: Path) -> None:
    """Save an openpyxl workbook to ``path``, aside first. Raises OSError when it can not be written."""
    content = workbook_bytes(book)
    with aside(path) as part:
        part.write_bytes(content)


def require_folder(path: Path) -> None:
    """Raise FileNotFoundError, with the whole path, when the folder that ``path`` is to lie in does not exist.

    A folder that is missing is more often mistyped than meant, so none is made.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
