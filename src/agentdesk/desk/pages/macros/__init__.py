"""The page of macros: what there is, the editor of one, files of many."""

from .page import MacrosPage

__all__ = ["MacrosPage"]
