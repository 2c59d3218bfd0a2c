"""Rights: what each permission allows, which role holds which, and which scopes follow from them."""

from __future__ import annotations

from collections.abc import Sequence

PERMISSIONS: dict[str, str] = {
    # cases
    "case.see": "See the open cases of one's own teams",
    "case.see_past": "See the solved cases of one's own teams",
    "case.open": "Take down a case for a customer",
    "case.reply": "Answer customers",
    "case.unsend": "Take back an answer that is still held",
    "case.note": "Write notes for colleagues",
    "case.claim": "Take a case",
    "case.assign": "Give a case to a colleague or a team",
    "case.release": "Put a case back into the queue",
    "case.override": "Take a case away from the colleague who has it",
    "case.snooze": "Put a case to sleep, and wake it",
    "case.solve": "Solve a case, and reopen it",
    "case.tag": "Put words on cases",
    "case.fields": "Say which fields a case has, and which must be filled in",
    "case.prioritise": "Say how urgent a case is",
    "case.join": "Merge and link cases",
    "case.follow": "Follow a case",
    "case.read": "Keep marks of what one has read",
    "case.invite": "Let a guest into one case for a time",
    "view.keep": "Keep views of the queue for oneself",
    "view.share": "Share views of the queue with a team or with all",
    "macro.keep": "Keep macros for oneself, and use them",
    "macro.share": "Share macros with a team or with all",
    "customer.update": "Correct a customer's name and address",
    "customer.tier": "Say by which tier a customer is served",
    "history.search": "Search the history that is not on the laptop",
    # hidden data
    "field.reveal": "See a hidden value for a stated reason",
    "access.break_glass": "Open a case that one may not see, for a stated reason and a time",
    "access.end": "End a visit that one made or allowed",
    "access.oversee": "Be told of every guest and every broken glass, and end them",
    # people and teams
    "availability.set": "Say whether one is there for customers",
    "team.lead": "See what only the leads of a team see",
    "team.manage": "Make, change and retire teams",
    "person.manage": "Make and close accounts, and put people into teams",
    "person.grant": "Give and take roles",
    "person.reset": "Help a colleague who has lost their second factor, by a code that works once",
    "site.manage": "Say which web sites may show the chat",
    "rights.see": "See who may do what",
    # devices
    "device.see": "See all devices and their state",
    "device.invite": "Let a new device in",
    "device.revoke": "Shut a device out",
    "device.wipe": "Have a device destroy what it holds",
    # personal data
    "consent.see": "See what customers have consented to",
    "consent.record": "Record what a customer consents to",
    "retention.see": "See what is kept how long",
    "retention.manage": "Say what is kept how long",
    "retention.run": "Delete what has been kept long enough",
    "hold.set": "Keep data for a legal matter, and let it go",
    "subject.find": "Find a customer who asks about their data",
    "subject.export": "Export all data about one person",
    "subject.erase": "Erase all data about one person",
    "residency.manage": "Say in which region which data is kept",
    # proof
    "audit.read": "Search the audit log",
    "audit.unseal": "See who and what stands behind an entry of the audit log",
    "audit.prove": "Prove an entry, and compare two signed heads",
    "audit.export": "Take the audit log out of the house",
    "audit.accept": "Vouch for the audit log after a backup was restored",
    "audit.follow": "Trust the audit log again when somebody vouches for it",
    # work in time
    "clocks.manage": "Say by when what is due: calendars, times and who is told",
    # what is written down for colleagues and customers
    "governed.read": "Read articles and other documents, and say whether they helped",
    "governed.write": "Write articles and other documents, and look after one's own",
    "governed.approve": "Approve what colleagues have written",
    "governed.publish": "Publish and retire documents",
    "answer.use": "Use what is written down in a case",
    "assist.prove": "Take out what shows from which suggestion a reply came",
    "assist.measure": "See how suggestions do, in figures of five people and more",
    "assist.steer": "Stop suggestions for a while, and let them go on",
    "routing.answer": "Take or pass on what is offered",
    "routing.manage": "Say who gets which cases: skills, capacity, and how they are offered",
    "rules.manage": "Say what happens by itself: rules, drafts of them, and the switch that stops them",
    # running it
    "signin.manage": "Connect a sign-in service, and say who needs a second factor",
    "policy.manage": "Say what devices and sessions may",
    "provisioning.manage": "Connect a directory",
    "keys.rotate": "Replace keys",
    "posture.see": "See how the server is protected",
}
"""Permission → what it allows, in words. Whatever is not listed here nobody may do."""

_OWN = {"availability.set", "access.end", "audit.follow"}
_READ = {"case.see", "case.see_past", "case.read", "history.search", "view.keep"}
_AGENT = {
    *_OWN,
    *_READ,
    *("case.open", "case.reply", "case.unsend", "case.note", "case.claim", "case.assign", "case.release"),
    *("case.snooze", "case.solve", "case.tag", "case.prioritise", "case.join", "case.follow"),
    "routing.answer",
    *("macro.keep", "customer.update", "consent.record", "consent.see"),
    *("governed.read", "governed.write", "answer.use"),
}
_SENIOR = {
    *_AGENT,
    "view.share",
    "macro.share",
    "case.invite",
    "customer.tier",
    "field.reveal",
    "access.break_glass",
    "governed.approve",
}
_SUPERVISOR = {
    *_SENIOR,
    *("governed.publish", "case.fields", "case.override", "team.lead", "routing.manage", "rules.manage"),
    *("assist.measure", "assist.prove", "assist.steer", "access.oversee", "rights.see", "device.see"),
}
_ADMIN = {
    *_OWN,
    "case.fields",
    *("team.manage", "person.manage", "person.grant", "person.reset", "site.manage", "rights.see"),
    *("device.see", "device.invite", "device.revoke", "device.wipe"),
    *("retention.see", "retention.manage", "retention.run", "hold.set"),
    *("subject.find", "subject.export", "subject.erase", "residency.manage", "consent.see", "clocks.manage"),
    *("routing.manage", "rules.manage", "assist.steer"),
    *("signin.manage", "policy.manage", "provisioning.manage", "keys.rotate", "posture.see", "audit.prove"),
    "audit.accept",
}

ROLES: dict[str, frozenset[str]] = {
    "agent": frozenset(_AGENT),
    "senior": frozenset(_SENIOR),
    "supervisor": frozenset(_SUPERVISOR),
    "quality": frozenset(
        {
            *_OWN,
            *_READ,
            "case.note",
            "case.follow",
            "governed.read",
            "governed.write",
            "governed.approve",
            "assist.measure",
            "assist.prove",
        }
    ),
    "planner": frozenset({*_OWN, "rights.see", "clocks.manage", "routing.manage", "rules.manage"}),
    "admin": frozenset(_ADMIN),
    "auditor": frozenset(
        {
            *_OWN,
            *("audit.read", "audit.unseal", "audit.prove", "audit.export", "audit.accept"),
            *("access.oversee", "rights.see", "device.see", "retention.see", "consent.see", "posture.see"),
        }
    ),
}
"""Role → what it may. The one table: commands, doors, questions and pages all ask it."""

OLD_NAMES = {"lead": "supervisor"}
"""Names that roles had before, still understood wherever a role is named."""

INTERNAL_ROLES = ("channel", "system")
"""Roles that only the server's own adapters and jobs have; no session can sign in with them."""

OWN_SCOPES: tuple[tuple[str, str, int], ...] = (
    ("device.see", "it", 4),
    ("access.oversee", "oversight", 4),
    ("retention.see", "privacy", 4),
    ("clocks.manage", "planning", 4),
    ("governed.read", "library", 5),
    ("routing.manage", "routing", 4),
    ("rules.manage", "rules", 4),
)
"""(permission, scope, priority): what is held by everybody who has the permission, whatever the team."""
TEAM_SCOPES: tuple[tuple[str, str, int], ...] = (
    ("case.see", "team:{}:open", 2),
    ("team.lead", "lead:{}", 3),
    ("case.see_past", "team:{}:past", 9),
)
"""The same for what is held once for each of a person's teams."""
_NOTHING: frozenset[str] = frozenset()


def role_named(name: str) -> str:
    """The role's name of today; a name that is none stays as it is."""
    return OLD_NAMES.get(name, name)


def may(role: str, permission: str) -> bool:
    """Whether a role holds a permission. Deny by default: an unknown role holds none."""
    return permission in ROLES.get(role_named(role), _NOTHING)


def roles_with(permission: str) -> frozenset[str]:
    """All roles that hold a permission, under the names of today and of before."""
    names = (*ROLES, *OLD_NAMES)
    return frozenset(name for name in names if may(name, permission))


def held_scopes(role: str, person: str, teams: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """The scopes a person holds, each with its priority (lower fills first). Deny by default: nothing else is held."""
    if role_named(role) not in ROLES:
        return ()
    held = [("org", 0), (f"user:{person}", 1)]
    held += [(scope, prio) for permission, scope, prio in OWN_SCOPES if may(role, permission)]
    held += [(s.format(team), prio) for permission, s, prio in TEAM_SCOPES if may(role, permission) for team in teams]
    return tuple(sorted(held, key=lambda one: one[1]))
