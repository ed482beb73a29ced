"""The words of the product on pages, in French and English."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from ivr.actions.figures import Fate
from ivr.actions.register import Kind, Standing
from ivr.actions.relatives import Declared
from ivr.acts import ActCode
from ivr.deposits import Objection
from ivr.patient_files import FileTrouble, Trouble
from ivr.vocabulary import (
    AppointmentStatus,
    CalendarTrouble,
    EventKind,
    Language,
    Outcome,
    OverrideKind,
    ReasonCode,
    RelativesRule,
    Role,
    Scope,
    TakesCalls,
)

TASKS: Mapping[str, object] = {
    "message": lazy_gettext("Message vocal"),
    "request": lazy_gettext("Demande de rendez-vous"),
    "call-back": lazy_gettext("À rappeler"),
    "missed": lazy_gettext("Appel manqué"),
    "written": lazy_gettext("Message écrit"),
    "assisted": lazy_gettext("Patient assisté, à rappeler"),
    "no-phone": lazy_gettext("Pas de téléphone pour ce praticien"),
    "relative": lazy_gettext("Rendez-vous demandé pour un proche"),
    "new-patient": lazy_gettext("Nouveau patient"),
    "late-change": lazy_gettext("Rendez-vous déplacé ou annulé tard"),
    "place-free": lazy_gettext("Place libre à proposer"),
    "not-sent": lazy_gettext("SMS non remis"),
    "document": lazy_gettext("Document déposé"),
}
LANGUAGES: Mapping[str, object] = {
    Language.FRENCH: lazy_gettext("Français"),
    Language.ENGLISH: lazy_gettext("Anglais"),
}
ROLES: Mapping[str, object] = {
    Role.PRACTITIONER: lazy_gettext("praticien"),
    Role.SECRETARY: lazy_gettext("secrétaire"),
    Role.ADMINISTRATOR: lazy_gettext("administrateur du cabinet"),
    Role.OPERATOR: lazy_gettext("exploitant de l’installation"),
}
OUTCOMES: Mapping[str, object] = {
    Outcome.RING: lazy_gettext("le téléphone du docteur sonne"),
    Outcome.SECRETARY: lazy_gettext("le secrétariat répond"),
    Outcome.WRITE: lazy_gettext("invitation à écrire"),
    Outcome.MESSAGE: lazy_gettext("message vocal"),
    Outcome.CLOSED: lazy_gettext("fermé : message"),
    Outcome.PAUSED: lazy_gettext("en pause"),
    Outcome.LEAVE: lazy_gettext("congé ou absence"),
    Outcome.ASSISTED: lazy_gettext("patient assisté, sans menu"),
    Outcome.NUISANCE: lazy_gettext("appel écarté"),
}
CODES: Mapping[str, object] = {
    ReasonCode.PRIORITY_WINDOW: lazy_gettext("liste Prioritaires"),
    ReasonCode.ALWAYS_LIST: lazy_gettext("liste 24 h/24"),
    ReasonCode.OPEN_NOW: lazy_gettext("ouvert exprès"),
    ReasonCode.HOLIDAY: lazy_gettext("jour férié"),
    ReasonCode.AWAY: lazy_gettext("absence"),
    ReasonCode.ON_LEAVE: lazy_gettext("congé"),
}
FORCES: Mapping[str, object] = {
    OverrideKind.PAUSE: lazy_gettext("Dr %(name)s : en pause, fin %(until)s"),
    OverrideKind.AWAY: lazy_gettext("Dr %(name)s : absence, fin %(until)s"),
    OverrideKind.OPEN: lazy_gettext("Dr %(name)s : ligne ouverte exprès, fin %(until)s"),
    "absent": lazy_gettext("Secrétariat « %(name)s » : absence, fin %(until)s"),
}
SWITCHES: Mapping[str, object] = {
    "usual": lazy_gettext("comme pour tous"),
    "on": lazy_gettext("autorisé"),
    "off": lazy_gettext("retiré"),
}
CONTACTS: Mapping[str, object] = {
    "none": lazy_gettext("aucune liste"),
    "priority": lazy_gettext("Contacter Prioritaires"),
    "always": lazy_gettext("Contacter 24 h/24"),
    "assisted": lazy_gettext("Patient assisté"),
}
APPOINTMENTS: Mapping[str, object] = {
    AppointmentStatus.PENDING: lazy_gettext("à confirmer"),
    AppointmentStatus.CANCELLED: lazy_gettext("annulé"),
}
DEEDS: Mapping[str, object] = {
    "booked": lazy_gettext("pris"),
    "moved": lazy_gettext("déplacé"),
    "cancelled": lazy_gettext("annulé"),
    "confirmed": lazy_gettext("confirmé"),
    "restored": lazy_gettext("rétabli"),
}
"""What was done with an appointment."""
RULINGS: Mapping[str, object] = {
    ActCode.HIDDEN: lazy_gettext("caché aux patients"),
    ActCode.SWITCHED_ON: lazy_gettext("autorisé à ce patient"),
    ActCode.SWITCHED_OFF: lazy_gettext("retiré à ce patient"),
    ActCode.ALL_OFF: lazy_gettext("tous les actes lui sont retirés"),
}
"""How an act stands for a patient, where it is not simply visible."""
RELATIVES: Mapping[str, object] = {
    RelativesRule.AS_PRACTICE: lazy_gettext("comme le cabinet"),
    RelativesRule.OPEN: lazy_gettext("ouvert"),
    RelativesRule.CLOSED: lazy_gettext("fermé"),
}
FATES: Mapping[str, object] = {
    Fate.TALKED: lazy_gettext("ont parlé avec le docteur ou le secrétariat"),
    Fate.SETTLED: lazy_gettext("rendez-vous réglé sans personne"),
    Fate.MESSAGE: lazy_gettext("ont laissé un message"),
    Fate.MISSED: lazy_gettext("ont sonné sans réponse, sans laisser de message"),
    Fate.ABANDONED: lazy_gettext("ont raccroché en route"),
    Fate.TOLD: lazy_gettext("ont entendu une information"),
}
TAKES: Mapping[str, object] = {
    TakesCalls.DAYS: lazy_gettext("un remplaçant les prend aux heures habituelles"),
    TakesCalls.ALWAYS: lazy_gettext("un remplaçant les prend à toute heure pour la liste 24 h/24"),
}
KINDS: Mapping[str, object] = {
    Kind.LIST: lazy_gettext("listes"),
    Kind.ACT: lazy_gettext("actes"),
    Kind.DOCUMENTS: lazy_gettext("documents"),
}
STANDINGS: Mapping[str, object] = {
    Standing.HOLDS: lazy_gettext("en cours"),
    Standing.ENDS_SOON: lazy_gettext("finit sous 30 jours"),
    Standing.ENDED: lazy_gettext("terminé"),
}
TROUBLES: Mapping[str, object] = {
    Trouble.NO_NAME: lazy_gettext("le nom ou le prénom manque"),
    Trouble.BAD_NAME: lazy_gettext("ce n’est pas un nom"),
    Trouble.BAD_NUMBER: lazy_gettext("un numéro n’est pas lisible"),
    Trouble.BAD_DATE: lazy_gettext("la date de naissance n’est pas lisible"),
    Trouble.UNREADABLE: lazy_gettext("cette fiche n’est pas lisible"),
    Trouble.REPEATED: lazy_gettext("déjà dans ce fichier"),
    Trouble.AMBIGUOUS: lazy_gettext("plusieurs patients portent ce nom"),
    Trouble.TOO_MANY: lazy_gettext("un patient a 20 numéros au plus"),
    Trouble.OUR_LINE: lazy_gettext("c’est le numéro du cabinet"),
    Trouble.NUISANCE: lazy_gettext("ce numéro est parmi les indésirables"),
}
FILE_TROUBLES: Mapping[str, object] = {
    FileTrouble.EMPTY: lazy_gettext("Ce fichier est vide."),
    FileTrouble.NO_COLUMNS: lazy_gettext("Ce fichier n’a pas de colonne « Nom » en première ligne."),
    FileTrouble.TOO_LONG: lazy_gettext("Ce fichier est trop long : 5 000 patients, 600 Ko au plus."),
}
OBJECTIONS: Mapping[str, object] = {
    Objection.EMPTY: lazy_gettext("ce fichier est vide."),
    Objection.TOO_LARGE: lazy_gettext("ce fichier est trop lourd : 20 Mo au plus."),
    Objection.UNKNOWN_KIND: lazy_gettext("ce n’est ni une photo ni un PDF. Envoyez une photo ou un PDF."),
    Objection.ACTIVE: lazy_gettext(
        "ce PDF est protégé, abîmé, ou contient autre chose que des pages. Envoyez une photo."
    ),
    Objection.INFECTED: lazy_gettext("ce fichier contient un virus. Il n’a pas été gardé."),
    Objection.NOT_SCANNED: lazy_gettext("il n’a pas pu être vérifié. Recommencez plus tard."),
    Objection.NOT_ALLOWED: lazy_gettext("ce praticien ne prend pas de documents en ce moment."),
    Objection.TOO_MANY: lazy_gettext("cela fait trop de documents pour aujourd’hui. Recommencez demain."),
}
DECLARED: Mapping[str, object] = {
    Declared.ADDED: lazy_gettext("Votre proche est ajouté."),
    Declared.KNOWN: lazy_gettext("Cette personne est déjà parmi vos proches."),
    Declared.TO_CHECK: lazy_gettext("Le cabinet doit vérifier cette demande : il vous rappelle."),
    Declared.CLOSED: lazy_gettext("Aucun proche ne peut être ajouté ici : appelez le cabinet."),
    Declared.TOO_MANY: lazy_gettext("Cela fait beaucoup de proches : appelez le cabinet."),
}
FAULTS: Mapping[str, object] = {
    "phone": lazy_gettext("Ce téléphone ne va pas : c’est le cabinet, le docteur absent ou un numéro surtaxé."),
    "name": lazy_gettext("Ce nom ne va pas : écrivez-le court, en lettres."),
    "holidays": lazy_gettext("Ce territoire n’a pas de calendrier : écrivez par exemple FR ou FR-57."),
    "text": lazy_gettext("Écrivez l’annonce en phrases de 15 mots au plus, 20 secondes en tout, sans touche à taper."),
    "relatives_notice": lazy_gettext(
        "Écrivez des phrases de 15 mots au plus, 20 secondes en tout, sans touche à taper."
    ),
    "until": lazy_gettext("Donnez aussi le dernier jour."),
    "announcement": lazy_gettext("Une annonce a besoin d’un texte et d’un dernier jour."),
    "call_back_delay": lazy_gettext("Ce délai ne se dit pas : écrivez quelques mots, par exemple « dans la journée »."),
    "fallback": lazy_gettext("Ce numéro ne va pas : c’est une ligne du cabinet, un indésirable ou un numéro surtaxé."),
    "emergency": lazy_gettext("Ce numéro ne va pas : écrivez 15, 112 ou un numéro ordinaire."),
    "on_duty": lazy_gettext("Ce numéro ne va pas : écrivez 116117 ou un numéro ordinaire, ni surtaxé ni du cabinet."),
    "reminder_time": lazy_gettext("Écrivez une heure entre 8 h et 20 h."),
    "nuisance": lazy_gettext("Un de ces numéros est celui d’un patient ou du cabinet : retirez-le."),
    "acts": lazy_gettext("Des rendez-vous sont pris pour cet acte : cachez-le aux patients au lieu de le supprimer."),
    "booking": lazy_gettext("Rien ne pourrait être réservé : le délai va plus loin que la dernière date."),
    "acts[]": lazy_gettext("Rien ne pourrait être réservé : le délai va plus loin que la dernière date."),
    "prompts": lazy_gettext("Cette formulation ne peut pas être dite : voyez ce qui est en rouge."),
    "practitioners[]": lazy_gettext("Donnez un téléphone à ce praticien, ou laissez seulement lui écrire."),
} | dict.fromkeys(
    ("hours", "working_hours", "contact_hours", "priority_hours"),
    lazy_gettext("Deux plages d’heures se chevauchent : écrivez-les en une seule, ou corrigez l’une des deux."),
)
"""What is wrong with a setting, by its name in the practice file; with `[]`, with an entry of it as a whole."""
CALENDAR_TROUBLES: Mapping[str, object] = {
    CalendarTrouble.ADDRESS: lazy_gettext(
        "Cette adresse mène à un endroit qui n’est pas sur internet, ou pas en https."
    ),
    CalendarTrouble.NO_ANSWER: lazy_gettext("Le site de cet agenda ne répond pas."),
    CalendarTrouble.REFUSED: lazy_gettext(
        "Le site de cet agenda refuse de le donner : vérifiez que c’est l’adresse privée."
    ),
    CalendarTrouble.GONE: lazy_gettext("Il n’y a plus d’agenda à cette adresse."),
    CalendarTrouble.REDIRECTS: lazy_gettext("Cette adresse renvoie sans fin vers d’autres."),
    CalendarTrouble.TOO_LARGE: lazy_gettext("Cet agenda est trop gros : 2 Mo au plus."),
    CalendarTrouble.NOT_A_CALENDAR: lazy_gettext("À cette adresse, il n’y a pas d’agenda lisible au format iCal."),
    CalendarTrouble.TOO_COMPLEX: lazy_gettext("Cet agenda se répète trop pour être lu."),
}
SCOPES: Mapping[str, object] = {
    Scope.PATIENTS_READ: lazy_gettext("lire les patients et leurs numéros"),
    Scope.PATIENTS_WRITE: lazy_gettext("ajouter et corriger des patients"),
    Scope.EXCEPTIONS_READ: lazy_gettext("lire les listes, les actes et les documents autorisés"),
    Scope.EXCEPTIONS_WRITE: lazy_gettext("changer les listes, les actes et les documents autorisés"),
    Scope.SETTINGS_READ: lazy_gettext("lire les horaires, les congés et les actes"),
    Scope.SETTINGS_WRITE: lazy_gettext("changer les horaires et les congés"),
    Scope.APPOINTMENTS_READ: lazy_gettext("lire les rendez-vous et les créneaux libres"),
    Scope.APPOINTMENTS_WRITE: lazy_gettext("prendre, déplacer et annuler des rendez-vous"),
    Scope.TASKS_READ: lazy_gettext("lire les tâches et écouter les messages"),
    Scope.TASKS_WRITE: lazy_gettext("marquer les tâches comme faites"),
    Scope.DOCUMENTS_READ: lazy_gettext("lire les documents que les patients envoient"),
    Scope.LETTERS_READ: lazy_gettext("lire les messages écrits des patients"),
    Scope.LETTERS_WRITE: lazy_gettext("répondre aux messages écrits"),
    Scope.CALLS_READ: lazy_gettext("lire le journal des appels"),
    Scope.WEBHOOKS_WRITE: lazy_gettext("être prévenu de ce qui se passe"),
    Scope.FHIR_READ: lazy_gettext("tout lire au format FHIR"),
}
EVENTS: Mapping[str, object] = {
    EventKind.CALL_ENDED: lazy_gettext("appel terminé"),
    EventKind.TASK_CREATED: lazy_gettext("nouvelle tâche"),
    EventKind.MESSAGE_RECEIVED: lazy_gettext("nouveau message vocal"),
    EventKind.DOCUMENT_RECEIVED: lazy_gettext("nouveau document d’un patient"),
    EventKind.LETTER_RECEIVED: lazy_gettext("nouveau message écrit"),
    EventKind.APPOINTMENT_BOOKED: lazy_gettext("rendez-vous pris"),
    EventKind.APPOINTMENT_MOVED: lazy_gettext("rendez-vous déplacé"),
    EventKind.APPOINTMENT_CANCELLED: lazy_gettext("rendez-vous annulé"),
}
