"""A topic's table: which function writes the rows of which outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ccswitch.records.book import At, Book

Fold = Callable[[Book, At, Any], None]
Folds = dict[type, Fold]
