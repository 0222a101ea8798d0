"""The auditor's export: tables as CSV, a signed manifest, and a program that checks them alone."""

from anju.ledger.audit_export.writing import Exported, export_for_audit

__all__ = ["Exported", "export_for_audit"]
