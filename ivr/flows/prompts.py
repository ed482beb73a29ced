"""The default wording of CALLS.md, French and English, by the prompt ids used everywhere.

Words in braces are filled in; French wording keeps French names for them, as practices write it.
"""

from collections.abc import Mapping

from ivr.flows.booking_prompts import BOOKING_PROMPTS
from ivr.vocabulary import Language

FRENCH, ENGLISH = Language.FRENCH, Language.ENGLISH

LOCKED = frozenset({"G2", "V1"})
"""No practice may reword these: the emergency notice, and the recording notice inside V1."""

FRENCH_FIELDS = {
    "nom": "name", "nom_du_cabinet": "practice_name", "annonce_du_moment": "current_notice",
    "urgence": "emergency", "liste": "list", "prochaine_ouverture": "next_opening", "garde": "duty_number",
    "date_retour": "return_date", "remplaçant": "locum", "structure": "service", "numéro": "number",
    "heure": "time", "délai": "delay", "A": "a", "B": "b", "prénom": "first_name", "prénom_1": "first_name_1",
    "prénom_2": "first_name_2", "avis": "relatives_notice", "acte_1": "act_1", "acte_2": "act_2", "jour": "day",
    "date": "date", "jour_2": "day_2", "date_2": "date_2", "heure_2": "time_2",
}  # fmt: skip
"""What French wording calls each field, and its name in code and in English wording."""

PROMPTS: Mapping[str, tuple[str, str]] = BOOKING_PROMPTS | {
    "G1": ("Bonjour. Cabinet du docteur {nom}.", "Hello. Doctor {name}'s practice."),
    "G1n": ("Bonjour. {nom_du_cabinet}.", "Hello. {practice_name}."),
    "G2": (
        "Si c'est une urgence grave, raccrochez et faites le {urgence}, ou le 112.",
        "If this is a serious emergency, hang up and call {emergency}, or 112.",
    ),
    "G3": ("{annonce_du_moment}", "{current_notice}"),
    "M1": (
        "Pour prendre rendez-vous, tapez 1. Pour contacter le docteur, tapez 2. "
        "Pour déplacer ou annuler un rendez-vous, tapez 3.",
        "To book an appointment, press 1. To contact the doctor, press 2. "
        "To move or cancel an appointment, press 3.",
    ),
    "E1": ("Je n'ai rien entendu. Prenez votre temps.", "I did not hear a key. Take your time."),
    "E2": (
        "Ce n'est pas grave. Restez en ligne, je m'occupe de vous.",
        "That is all right. Stay on the line, I will help you.",
    ),
    "I1": ("Cette touche n'est pas dans la liste.", "That key is not in the list."),
    "I2": (
        "Ce n'est pas grave. Restez en ligne, je vous aide.",
        "That is all right. Stay on the line, I will help you.",
    ),
    "H0": ("Vous pouvez laisser un message au cabinet.", "You can leave a message for the practice."),
    "Z1": ("Merci de votre appel. Au revoir.", "Thank you for calling. Goodbye."),
    "D0": (
        "Pour le docteur {A}, tapez 1. Pour le docteur {B}, tapez 2.",
        "For doctor {a}, press 1. For doctor {b}, press 2.",
    ),
    "D0a": ("Pour le docteur {A}, tapez 1.", "For doctor {a}, press 1."),
    "D0n": ("Pour un autre docteur, tapez 9.", "For another doctor, press 9."),
    "D0s": ("Pour le secrétariat, tapez 0.", "For the secretary, press 0."),
    "D1": (
        "Je vous passe le docteur {nom}. Ne raccrochez pas.",
        "I am putting you through to doctor {name}. Please hold.",
    ),
    "D1w": (
        "Cabinet. Appel {liste}. Pour répondre, tapez 1. Pour la messagerie, tapez 2.",
        "Practice. {list} call. To answer, press 1. For voicemail, press 2.",
    ),
    "D1x": ("L'appelant a raccroché. Au revoir.", "The caller has hung up. Goodbye."),
    "D2": (
        "Le docteur ne peut pas répondre. Une alerte part tout de suite. "
        "Si cela s'aggrave, faites le {urgence}. Parlez après le bip.",
        "The doctor cannot answer. An alert is being sent right away. "
        "If it gets worse, call {emergency}. Speak after the beep.",
    ),
    "D2o": (
        "Le docteur ne peut pas répondre. Parlez après le bip. Le cabinet écoutera votre message.",
        "The doctor cannot answer. Speak after the beep. The practice will listen to your message.",
    ),
    "D3": (
        "Le docteur ne prend pas d'appel à cette heure. Vous pouvez rappeler {prochaine_ouverture}. "
        "Pour un médecin de garde, faites le {garde}.",
        "The doctor does not take calls at this time. You can call again {next_opening}. "
        "For a doctor on duty, call {duty_number}.",
    ),
    "D3n": (
        "Le docteur ne prend pas d'appel à cette heure. Pour un médecin de garde, faites le {garde}.",
        "The doctor does not take calls at this time. For a doctor on duty, call {duty_number}.",
    ),
    "D3m": (
        "Pour laisser un message, tapez 1. Pour prendre rendez-vous, tapez 2.",
        "To leave a message, press 1. To book an appointment, press 2.",
    ),
    "D4": (
        "Le docteur {nom} est en congé, et revient le {date_retour}. "
        "En attendant, appelez le docteur {remplaçant}, au {numéro}. Je répète, {numéro}.",
        "Doctor {name} is on leave, back on {return_date}. "
        "Until then, call doctor {locum}, on {number}. I repeat, {number}.",
    ),
    "D4b": (
        "Le docteur {nom} est en congé, et revient le {date_retour}. "
        "Pour voir un médecin, appelez {structure}, au {numéro}. Je répète, {numéro}.",
        "Doctor {name} is on leave, back on {return_date}. "
        "To see a doctor, call {service}, on {number}. I repeat, {number}.",
    ),
    "D4a": (
        "Le docteur {nom} n'est pas disponible avant {heure}. "
        "Pour un médecin de garde, faites le {garde}. Je répète, le {garde}.",
        "Doctor {name} is not available before {time}. "
        "For a doctor on duty, call {duty_number}. I repeat, {duty_number}.",
    ),
    "D4m": (
        "Pour laisser un message pour son retour, tapez 1. Pour prendre rendez-vous, tapez 2.",
        "To leave a message for the doctor's return, press 1. To book an appointment, press 2.",
    ),
    "D4t": ("Pour recevoir ce numéro par SMS, tapez 3.", "To get this number by text, press 3."),
    "D4k": (
        "Le SMS part tout de suite. Merci de votre appel. Au revoir.",
        "The text message is on its way. Thank you for calling. Goodbye.",
    ),
    "D5": (
        "Le docteur répond par écrit. Pour recevoir un lien par SMS, tapez 1. "
        "Pour laisser un message vocal, tapez 2.",
        "The doctor answers in writing. To get a link by text message, press 1. "
        "To leave a voice message, press 2.",
    ),
    "D5f": (
        "Le docteur ne prend pas d'appel direct. Vous pouvez laisser un message vocal.",
        "The doctor does not take direct calls. You can leave a voice message.",
    ),
    "D6": (
        "Le docteur n'est pas disponible avant {heure}. Pour laisser un message, tapez 1. "
        "Pour prendre rendez-vous, tapez 2.",
        "The doctor is not available before {time}. To leave a message, press 1. "
        "To book an appointment, press 2.",
    ),
    "S1": (
        "Je vous passe le secrétariat. Ne raccrochez pas.",
        "I am putting you through to the secretary. Please hold.",
    ),
    "S2b": (
        "Le secrétariat est déjà en ligne. Pour être rappelé, tapez 1. Pour laisser un message, tapez 2.",
        "The secretary is on another call. To be called back, press 1. To leave a message, press 2.",
    ),
    "S3": (
        "Le secrétariat ne peut pas répondre. Parlez après le bip. Nous vous rappelons {délai}.",
        "The secretary cannot answer. Speak after the beep. We will call you back {delay}.",
    ),
    "S4": (
        "C'est noté. Nous vous rappelons {délai}. Au revoir.",
        "We have noted it. We will call you back {delay}. Goodbye.",
    ),
    "V1": (
        "Après le bip, dites votre nom et votre demande. Le message est enregistré pour le cabinet. "
        "Ensuite, raccrochez.",
        "After the beep, say your name and what you need. The message is recorded for the practice. "
        "Then hang up.",
    ),
    "V2": (
        "Votre message est enregistré. Si cela s'aggrave, faites le {urgence}. Au revoir.",
        "Your message is saved. If it gets worse, call {emergency}. Goodbye.",
    ),
    "V3": ("Je n'ai rien entendu. Parlez après le bip.", "I did not hear anything. Speak after the beep."),
    "A1": (
        "Bonjour. Cabinet du docteur {nom}. Si c'est grave, faites le {urgence}. "
        "Je vous passe quelqu'un. Restez en ligne.",
        "Hello. Doctor {name}'s practice. If it is serious, call {emergency}. "
        "I am getting someone for you. Stay on the line.",
    ),
    "A2": (
        "Bonjour. Cabinet du docteur {nom}. Si c'est grave, faites le {urgence}. "
        "Parlez après le bip. Dites votre nom. Nous vous rappelons.",
        "Hello. Doctor {name}'s practice. If it is serious, call {emergency}. "
        "Speak after the beep. Say your name. We will call you back.",
    ),
    "A2b": (
        "Personne ne peut répondre. Parlez après le bip. Dites votre nom. Nous vous rappelons.",
        "Nobody can answer. Speak after the beep. Say your name. We will call you back.",
    ),
    "A3": (
        "Merci. C'est bien noté. Nous vous rappelons. Au revoir.",
        "Thank you. It is noted. We will call you back. Goodbye.",
    ),
    "N4": (
        "Votre numéro est caché. Dites votre numéro dans le message.",
        "Your number is hidden. Say your number in the message.",
    ),
    "T1": (
        "Cette ligne est réservée aux patients. Pour une urgence, faites le {urgence}. Au revoir.",
        "This line is for patients. For an emergency, call {emergency}. Goodbye.",
    ),
    "X0": (
        "Ce numéro n'est pas en service. Veuillez nous excuser. "
        "Pour une urgence grave, faites le 15, ou le 112. Au revoir.",
        "This number is not in service. We are sorry. "
        "For a serious emergency, call 15, or 112. Goodbye.",
    ),
    "X1": (
        "Un problème technique est arrivé. Restez en ligne, je vous passe le cabinet.",
        "There is a technical problem. Stay on the line, I am putting you through to the practice.",
    ),
    "X2": (
        "Un problème technique est arrivé. Si c'est une urgence grave, faites le {urgence}. "
        "Parlez après le bip.",
        "There is a technical problem. If this is a serious emergency, call {emergency}. "
        "Speak after the beep.",
    ),
    "X3": ("Un instant, s'il vous plaît.", "One moment, please."),
}  # fmt: skip


def default_wording(prompt: str, language: Language) -> str:
    """The wording of CALLS.md, with the field names of that language."""
    return PROMPTS[prompt][0 if language is FRENCH else 1]
