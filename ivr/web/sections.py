"""The settings of the practice and of a practitioner in sections, each a form (INTERFACE.md 5)."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, lazy_gettext
from wtforms import BooleanField, DateField, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ivr.practice_files.schema import DEFAULTS, LONGEST_LOG, LONGEST_SOUND, MOST_DAYS
from ivr.vocabulary import ActPlace, ContactMode, Language, RelativesRule, UnknownCallers
from ivr.web.form_fields import ClockField, PhoneField, PhonesField, Section, WeekForm

LONGEST_TEXT = 500
_ = lazy_gettext


def _whole(words: LazyString, least: int, most: int, **more: Any) -> IntegerField:
    return IntegerField(words, [InputRequired(), NumberRange(least, most)], **more)


class LanguagesField(SelectField):
    """The languages of a practice, the one it begins in first; its data is `fr,en`."""

    def process_data(self, value: list[Language] | None) -> None:
        """The stored list."""
        self.data = ",".join(value or ())


class PracticeSection(Section):
    """What the practice is called, and how it speaks."""

    heading = _("Le cabinet")
    title = StringField(_("Nom, tel qu’on le dit au téléphone"), [InputRequired(), Length(max=200)], name="name")
    languages = LanguagesField(
        _("Langues des appels"),
        choices=[
            ("fr", _("français")),
            ("fr,en", _("français, et anglais pour qui le demande")),
            ("en,fr", _("anglais, et français pour qui le demande")),
            ("en", _("anglais")),
        ],
    )
    holidays = StringField(
        _("Territoire des jours fériés"),
        [InputRequired(), Length(max=20)],
        description=_("FR ; FR-57 en Moselle, FR-6AE en Alsace, FR-971 à FR-976 outre-mer."),
    )

    def change(self, table: dict[str, Any]) -> None:
        """The same, with the languages as a list."""
        super().change(table)
        table["languages"] = table["languages"].split(",")


class ContactSection(Section):
    """Who may reach the practice, and how."""

    heading = _("Qui peut appeler")
    unknown_callers = SelectField(
        _("Un numéro inconnu choisit de joindre le docteur"),
        choices=[
            (UnknownCallers.RING.value, _("il est traité comme un patient")),
            (UnknownCallers.MESSAGE.value, _("il laisse un message")),
        ],
    )
    secretary_first = BooleanField(_("Le secrétariat répond d’abord, quand il est ouvert"))
    accepts_new_patients = BooleanField(_("Le cabinet prend de nouveaux patients"))
    fallback = PhoneField(_("Numéro de secours"), description=_("Il sonne quand le standard lui-même est en panne."))
    emergency = StringField(_("Numéro d’urgence annoncé"), [InputRequired(), Length(max=20)])
    on_duty = StringField(_("Numéro de la garde"), [Length(max=20)], description=_("Dit hors des heures de contact."))
    delay_in_french = StringField(
        _("Délai de rappel annoncé, en français"),
        [Length(max=60)],
        name="call_back_delay.fr",
        description=_("Par exemple : dans la journée."),
    )
    delay_in_english = StringField(
        _("Délai de rappel annoncé, en anglais"), [Length(max=60)], name="call_back_delay.en"
    )


class AnnouncementSection(Section):
    """The notice of the moment (CALLS.md G3)."""

    heading = _("Annonce du moment")
    note = _("Elle est dite à chaque appel, après le numéro d’urgence, jusqu’au dernier jour compris.")
    IS_PROVEN = False
    text = TextAreaField(
        _("Une phrase courte"), [Length(max=LONGEST_TEXT)], name="announcement.text", render_kw={"rows": 2}
    )
    until = DateField(_("Dernier jour"), [Optional()], name="announcement.until")


class PatientBaseSection(Section):
    """What holds for all patients."""

    heading = _("Base de patients")
    relatives = SelectField(
        _("Ajouter des proches"),
        choices=[(RelativesRule.OPEN.value, _("ouvert")), (RelativesRule.CLOSED.value, _("fermé"))],
        description=_(
            "Les proches déjà déclarés gardent leurs rendez-vous. La fiche d’un patient peut en décider autrement."
        ),
    )
    relatives_notice = TextAreaField(
        _("Annonce avant d’ajouter un proche"),
        [Length(max=LONGEST_TEXT)],
        render_kw={"rows": 2},
        description=_("Par exemple : Seuls les parents, le conjoint et les enfants."),
    )
    check_birthday = BooleanField(_("Demander le jour et le mois de naissance avant de lire un rendez-vous"))
    reminder_time = ClockField(
        _("Rappeler par SMS les rendez-vous du lendemain à"),
        [Optional()],
        description=_("De 8 h à 20 h ; vide : jamais."),
    )


class UnwantedSection(Section):
    """Calls that nobody wants."""

    heading = _("Appels indésirables")
    telemarketing_filter = BooleanField(
        _("Filtrer le démarchage"), description=_("Les numéros réservés au démarchage n’entendent qu’une phrase.")
    )
    nuisance = PhonesField(
        _("Numéros indésirables, un par ligne"),
        description=_("Le numéro d’un patient n’y est pas accepté : l’exclure sans le lui dire est interdit."),
        render_kw={"rows": 4},
    )


class RetentionSection(Section):
    """How long personal data is kept (FRANCE.md 10)."""

    heading = _("Conservation des données")
    note = _("En jours. Ce qui est encore à faire n’est jamais effacé.")
    IS_PROVEN = False
    sound_days = _whole(_("Messages vocaux, une fois traités"), 1, LONGEST_SOUND, name="retention.sound_days")
    longest_sound_days = _whole(
        _("Messages vocaux, en tout cas"), 1, LONGEST_SOUND, name="retention.longest_sound_days"
    )
    caller_days = _whole(_("Numéros et touches dans le journal"), 1, DEFAULTS.call_days, name="retention.caller_days")
    call_days = _whole(_("Journal des appels"), 30, LONGEST_LOG, name="retention.call_days")
    task_days = _whole(_("Tâches faites"), 30, LONGEST_LOG, name="retention.task_days")
    text_days = _whole(_("SMS"), 30, LONGEST_LOG, name="retention.text_days")
    document_days = _whole(_("Documents des patients"), 30, LONGEST_LOG, name="retention.document_days")
    waiting_days = _whole(_("Liste d’attente"), 1, LONGEST_LOG, name="retention.waiting_days")
    access_days = _whole(_("Journal des accès"), 180, LONGEST_LOG, name="retention.access_days")
    keep_recordings_at_carrier = BooleanField(_("Garder aussi les messages vocaux chez l’opérateur"))


class PractitionerSection(Section):
    """How one practitioner is reached and booked."""

    heading = _("Appels et rendez-vous")
    contact = SelectField(
        _("Les patients peuvent"),
        choices=[
            (ContactMode.BOTH.value, _("appeler et écrire")),
            (ContactMode.CALLS.value, _("appeler")),
            (ContactMode.MESSAGES.value, _("écrire seulement")),
        ],
    )
    phone = PhoneField(_("Téléphone qui sonne"))
    ring_seconds = _whole(_("Durée de sonnerie (secondes)"), 5, 60)
    notice = _whole(_("Délai avant un rendez-vous (minutes)"), 0, MOST_DAYS * 24 * 60, name="booking.notice_minutes")
    horizon = _whole(_("Réserver jusqu’à (jours à l’avance)"), 0, MOST_DAYS, name="booking.horizon_days")
    step = _whole(_("Un début toutes les (minutes)"), 1, 24 * 60, name="booking.step_minutes")
    at_once = _whole(_("Rendez-vous à venir par patient, au plus"), 1, 100, name="booking.at_once")


def _maybe(words: LazyString, least: int, most: int, **more: Any) -> IntegerField:
    return IntegerField(words, [Optional(), NumberRange(least, most)], **more)


class ActSection(Section):
    """An act of a practitioner; limits left empty are the practitioner's."""

    heading = _("Acte")
    title = StringField(_("Nom, tel qu’on le dit au téléphone"), [InputRequired(), Length(max=60)], name="name")
    minutes = _whole(_("Durée (minutes)"), 1, 24 * 60)
    visible = BooleanField(_("Tous les patients peuvent le réserver"), default=True)
    ask_first = BooleanField(_("À confirmer par le cabinet avant d’être pris"))
    where = SelectField(
        _("Où"),
        choices=[
            (ActPlace.PRACTICE.value, _("au cabinet")),
            (ActPlace.VIDEO.value, _("en vidéo")),
            (ActPlace.HOME.value, _("à domicile")),
        ],
    )
    before_minutes = _maybe(_("Minutes gardées libres avant"), 0, 24 * 60)
    after_minutes = _maybe(_("Minutes gardées libres après"), 0, 24 * 60)
    step_minutes = _maybe(_("Un début toutes les (minutes)"), 1, 24 * 60)
    notice_minutes = _maybe(_("Délai avant un rendez-vous (minutes)"), 0, MOST_DAYS * 24 * 60)
    horizon_days = _maybe(_("Réserver jusqu’à (jours à l’avance)"), 0, MOST_DAYS)
    cancel_minutes = _maybe(
        _("Annulation tardive à moins de (minutes)"),
        0,
        MOST_DAYS * 24 * 60,
        description=_("Le cabinet en est prévenu."),
    )
    hours = FormField(WeekForm, _("Heures de cet acte"), description=_("Vides : toutes les heures de travail."))


class SecretarySection(Section):
    """Somebody, or a service, who answers for the practice."""

    heading = _("Secrétariat")
    phone = PhoneField(_("Téléphone qui sonne"), [InputRequired()])
    hours = FormField(WeekForm, _("Heures où l’on répond"))

    def change(self, table: dict[str, Any]) -> None:
        """The same, with a table of hours even where nobody answers at all."""
        super().change(table)
        table.setdefault("hours", {})


class NewSecretarySection(SecretarySection):
    """The same, with the name it goes by."""

    title = StringField(_("Nom, par exemple : accueil"), [InputRequired(), Length(max=50)], name="name")


SECTIONS: Mapping[str, type[Section]] = {
    "practice": PracticeSection,
    "contact": ContactSection,
    "announcement": AnnouncementSection,
    "patients": PatientBaseSection,
    "unwanted": UnwantedSection,
    "retention": RetentionSection,
}
"""The sections of the practice, by their address."""
