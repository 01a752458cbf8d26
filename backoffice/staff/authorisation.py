"""Who may do what: the one table of role × action. Every route names its action; a test walks all of them.

Contractors and helpers never see an applicant's record: 本人確認 is municipal staff's, only 申請サポート may be given
to a contractor. A helper at the venue sees times and numbers, not how a visit is prepared nor by whom. Personnel sees
counts only, because applying is voluntary.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A staff account's role."""

    ADMINISTRATOR = "administrator"
    LEAD = "lead"
    STAFF = "staff"
    CONTRACTOR = "contractor"
    HELPER = "helper"
    PERSONNEL = "personnel"
    AUDITOR = "auditor"


class Action(StrEnum):
    """Something a route lets a person do."""

    HOME_SEE = "home.see"
    ACCOUNT_OWN = "account.own"
    CASE_LIST = "case.list"
    CASE_READ = "case.read"
    CASE_DECIDE = "case.decide"
    CASE_REOPEN = "case.reopen"
    CASE_LEAD = "case.lead"
    CASE_EXPORT = "case.export"
    CASE_HAND_OVER = "case.hand_over"
    ORGANISATION_READ = "organisation.read"
    ORGANISATION_MANAGE = "organisation.manage"
    VISIT_READ = "visit.read"
    VISIT_PREPARE = "visit.prepare"
    VISIT_MANAGE = "visit.manage"
    VISIT_BOOK = "visit.book"
    DEVICE_READ = "device.read"
    DEVICE_MANAGE = "device.manage"
    DEVICE_CARRY = "device.carry"
    STAFF_READ = "staff.read"
    STAFF_MANAGE = "staff.manage"
    TENANT_MANAGE = "tenant.manage"
    RULES_MANAGE = "rules.manage"
    AUDIT_READ = "audit.read"
    AUDIT_EXPORT = "audit.export"


_EVERYBODY = {Action.HOME_SEE, Action.ACCOUNT_OWN}
_OVERSIGHT = {Action.STAFF_READ, Action.DEVICE_READ, Action.AUDIT_READ, Action.AUDIT_EXPORT}
_DESK = _EVERYBODY | {
    Action.CASE_LIST, Action.CASE_READ, Action.CASE_DECIDE, Action.CASE_HAND_OVER, Action.VISIT_READ,
    Action.DEVICE_READ, Action.DEVICE_CARRY,
    Action.ORGANISATION_READ, Action.VISIT_PREPARE, Action.VISIT_BOOK,
}  # fmt: skip
_LEAD = _DESK | {
    Action.CASE_REOPEN, Action.CASE_LEAD, Action.CASE_EXPORT, Action.VISIT_MANAGE,
    Action.DEVICE_MANAGE, Action.STAFF_READ, Action.AUDIT_READ, Action.ORGANISATION_MANAGE,
}  # fmt: skip

ALLOWED: Final[dict[Role, frozenset[Action]]] = {
    Role.ADMINISTRATOR: frozenset(
        _LEAD | {Action.STAFF_MANAGE, Action.TENANT_MANAGE, Action.RULES_MANAGE, Action.AUDIT_EXPORT}
    ),
    Role.LEAD: frozenset(_LEAD),
    Role.STAFF: frozenset(_DESK),
    Role.CONTRACTOR: frozenset(_EVERYBODY | {Action.VISIT_READ, Action.VISIT_PREPARE, Action.DEVICE_READ}),
    Role.HELPER: frozenset(_EVERYBODY | {Action.VISIT_READ, Action.VISIT_BOOK}),
    Role.PERSONNEL: frozenset(_EVERYBODY),
    Role.AUDITOR: frozenset(_EVERYBODY | _OVERSIGHT),
}


def allows(role: Role, action: Action) -> bool:
    return action in ALLOWED[role]
