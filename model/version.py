"""The version of the model, as the package, the manifest and the IAMC file tell it.

Limits: a number only; what moved with it stands in ``CHANGELOG.md``.
"""

from __future__ import annotations

__version__ = "0.2.0"
