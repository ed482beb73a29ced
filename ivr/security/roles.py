"""What each role may do; a page names the permission it needs, and nobody has one that is not written here."""

from collections.abc import Mapping

from ivr.vocabulary import Permission, Role

EVERYDAY = frozenset(
    {
        Permission.OWN_ACCOUNT,
        Permission.TASKS,
        Permission.APPOINTMENTS,
        Permission.OVERRIDES,
        Permission.PATIENTS,
        Permission.RECORDS,
    }
)

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.SECRETARY: EVERYDAY,
    Role.PRACTITIONER: EVERYDAY | {Permission.EXCEPTIONS},
    Role.ADMINISTRATOR: EVERYDAY | {Permission.EXCEPTIONS, Permission.SETTINGS, Permission.PEOPLE},
    Role.OPERATOR: frozenset({Permission.OWN_ACCOUNT, Permission.INSTALLATION}),
}
