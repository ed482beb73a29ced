"""The default wording of CALLS.md, French and English, by the prompt ids used everywhere.

Words in braces are filled in; French wording keeps French names for them, as practices write it.
"""

from collections.abc import Mapping

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

PROMPTS: Mapping[str, tuple[str, str]] = {
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
    "B1": (
        "Le rendez-vous est pour {prénom} ? Pour oui, tapez 1. Pour une autre personne, tapez 2.",
        "Is the appointment for {first_name}? For yes, press 1. For someone else, press 2.",
    ),
    "B2": (
        "Le rendez-vous est pour qui ? Pour {prénom_1}, tapez 1. Pour {prénom_2}, tapez 2. "
        "Pour une autre personne, tapez 9.",
        "Who is the appointment for? For {first_name_1}, press 1. For {first_name_2}, press 2. "
        "For someone else, press 9.",
    ),
    "B2m": (
        "Le rendez-vous est pour qui ? Pour {prénom_1}, tapez 1. Pour {prénom_2}, tapez 2. "
        "Pour d'autres prénoms, tapez 9.",
        "Who is the appointment for? For {first_name_1}, press 1. For {first_name_2}, press 2. "
        "For other names, press 9.",
    ),
    "B2l": (
        "Pour {prénom_1}, tapez 1. Pour une autre personne, tapez 9.",
        "For {first_name_1}, press 1. For someone else, press 9.",
    ),
    "B2n": ("{avis}", "{relatives_notice}"),
    "B2a": (
        "Après le bip, dites le nom et le prénom de cette personne. Dites aussi sa date de naissance. "
        "Le cabinet vous rappelle.",
        "After the beep, say this person's surname and first name. Say the date of birth too. "
        "The practice will call you back.",
    ),
    "B2b": (
        "On ne peut pas ajouter une personne par téléphone. Pour laisser un message, tapez 1. "
        "Pour revenir, tapez 2.",
        "A new person cannot be added by phone. To leave a message, press 1. To go back, press 2.",
    ),
    "B3": (
        "Avec quel docteur ? Pour le docteur {A}, tapez 1. Pour le docteur {B}, tapez 2. "
        "Pour n'importe quel docteur, tapez 3.",
        "With which doctor? For doctor {a}, press 1. For doctor {b}, press 2. For any doctor, press 3.",
    ),
    "B3m": (
        "Avec quel docteur ? Pour le docteur {A}, tapez 1. Pour le docteur {B}, tapez 2. "
        "Pour un autre docteur, tapez 9.",
        "With which doctor? For doctor {a}, press 1. For doctor {b}, press 2. For another doctor, press 9.",
    ),
    "B3l": (
        "Pour le docteur {A}, tapez 1. Pour n'importe quel docteur, tapez 3.",
        "For doctor {a}, press 1. For any doctor, press 3.",
    ),
    "B4": (
        "C'est pour quoi ? Pour {acte_1}, tapez 1. Pour {acte_2}, tapez 2. Pour un autre motif, tapez 9.",
        "What is it for? For {act_1}, press 1. For {act_2}, press 2. For another reason, press 9.",
    ),
    "B4l": (
        "Pour {acte_1}, tapez 1. Pour un autre motif, tapez 9.",
        "For {act_1}, press 1. For another reason, press 9.",
    ),
    "B5": (
        "Je vous propose {jour} {date}, à {heure}. Pour choisir, tapez 1. "
        "Ou bien {jour_2} {date_2}, à {heure_2}. Pour choisir, tapez 2. Pour d'autres dates, tapez 9.",
        "I can offer {day} {date}, at {time}. To choose it, press 1. "
        "Or {day_2} {date_2}, at {time_2}. To choose it, press 2. For other dates, press 9.",
    ),
    "B5l": (
        "Je vous propose {jour} {date}, à {heure}. Pour choisir, tapez 1. Pour d'autres dates, tapez 9.",
        "I can offer {day} {date}, at {time}. To choose it, press 1. For other dates, press 9.",
    ),
    "B5k": (
        "Une place vous est gardée, {jour} {date}, à {heure}. Pour la prendre, tapez 1. "
        "Pour d'autres dates, tapez 9.",
        "A time is kept for you, {day} {date}, at {time}. To take it, press 1. For other dates, press 9.",
    ),
    "B5m": (
        "Pour un matin, tapez 1. Pour un après-midi, tapez 2. Pour la semaine prochaine, tapez 3.",
        "For a morning, press 1. For an afternoon, press 2. For next week, press 3.",
    ),
    "B5x": (
        "Je n'ai pas d'autre date à proposer. Pour laisser un message au cabinet, tapez 1. "
        "Pour être prévenu si une autre place se libère, tapez 2.",
        "I have no other date to offer. To leave a message, press 1. "
        "To be told if another time becomes free, press 2.",
    ),
    "B6": (
        "Je note : {prénom}, {jour} {date}, à {heure}. Pour confirmer, tapez 1. Pour changer, tapez 2.",
        "I have: {first_name}, {day} {date}, at {time}. To confirm, press 1. To change, press 2.",
    ),
    "B6w": ("C'est avec le docteur {nom}.", "It is with doctor {name}."),
    "B7": (
        "C'est réservé. {jour} {date}, à {heure}. Vous allez recevoir un SMS. "
        "Pour réécouter, tapez étoile. Au revoir.",
        "It is booked. {day} {date}, at {time}. You will get a text message. "
        "To hear it again, press star. Goodbye.",
    ),
    "B7f": (
        "C'est réservé. Prenez de quoi noter. {jour} {date}, à {heure}. Je répète. "
        "{jour} {date}, à {heure}. Pour réécouter, tapez étoile. Au revoir.",
        "It is booked. Take something to write with. {day} {date}, at {time}. I repeat. "
        "{day} {date}, at {time}. To hear it again, press star. Goodbye.",
    ),
    "B8": (
        "Il n'y a plus de place pour le moment. Pour laisser un message au cabinet, tapez 1. "
        "Pour être prévenu si une place se libère, tapez 2.",
        "There is no free time at the moment. To leave a message, press 1. "
        "To be told if a time becomes free, press 2.",
    ),
    "B8k": (
        "C'est noté. Un SMS vous prévient dès qu'une place se libère. Au revoir.",
        "We have noted it. You will get a text message when a time becomes free. Goodbye.",
    ),
    "B8f": (
        "C'est noté. Le cabinet vous appelle dès qu'une place se libère. Au revoir.",
        "We have noted it. The practice will call you when a time becomes free. Goodbye.",
    ),
    "B9": (
        "Cette place vient d'être prise. Voici d'autres dates.",
        "That time has just been taken. Here are other dates.",
    ),
    "B9x": ("Cette place vient d'être prise.", "That time has just been taken."),
    "B10": (
        "{prénom} a déjà un rendez-vous, {jour} {date}, à {heure}. Pour le garder, tapez 1. "
        "Pour le changer, tapez 2.",
        "{first_name} already has an appointment, {day} {date}, at {time}. To keep it, press 1. "
        "To change it, press 2.",
    ),
    "B10n": ("Pour en prendre un autre, tapez 3.", "To book another one, press 3."),
    "C0": (
        "Tapez le jour et le mois de naissance du patient. "
        "Par exemple, pour le 5 mars, tapez 0, 5, 0, 3.",
        "Enter the patient's day and month of birth. "
        "For example, for the fifth of March, press 0, 5, 0, 3.",
    ),
    "C0x": (
        "Cette date ne correspond pas. Essayez encore une fois.",
        "That date does not match. Please try once more.",
    ),
    "C1": (
        "{prénom} a rendez-vous {jour} {date}, à {heure}. Pour le déplacer, tapez 1. Pour l'annuler, tapez 2.",
        "{first_name} has an appointment {day} {date}, at {time}. To move it, press 1. To cancel it, press 2.",
    ),
    "C1n": ("Pour le suivant, tapez 3.", "For the next one, press 3."),
    "C2": (
        "J'annule {jour} {date}, à {heure}. Pour confirmer, tapez 1. Pour le garder, tapez 2.",
        "I am cancelling {day} {date}, at {time}. To confirm, press 1. To keep it, press 2.",
    ),
    "C2k": ("Le rendez-vous est gardé. Au revoir.", "The appointment is kept. Goodbye."),
    "C3": (
        "C'est annulé. Merci d'avoir prévenu. Au revoir.",
        "It is cancelled. Thank you for telling us. Goodbye.",
    ),
    "C4": (
        "Je garde votre rendez-vous tant que vous n'en avez pas choisi un autre.",
        "I am keeping your appointment until you choose another one.",
    ),
    "C5": (
        "Je ne trouve pas de rendez-vous à venir. Pour prendre rendez-vous, tapez 1. "
        "Pour laisser un message, tapez 2.",
        "I cannot find a future appointment. To book one, press 1. To leave a message, press 2.",
    ),
    "C6": (
        "Ce rendez-vous est très proche. Je préviens le cabinet. Après le bip, dites si vous venez ou non.",
        "This appointment is very soon. I will tell the practice. "
        "After the beep, say if you are coming or not.",
    ),
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
    "N1": (
        "Votre numéro est caché. Tapez votre numéro de téléphone, à 10 chiffres.",
        "Your number is hidden. Enter your 10-digit phone number.",
    ),
    "N1u": (
        "Tapez le numéro de téléphone que le cabinet connaît, à 10 chiffres.",
        "Enter the 10-digit phone number that the practice knows.",
    ),
    "N1x": (
        "Ce numéro n'est pas complet. Essayez encore une fois.",
        "That number is not complete. Please try once more.",
    ),
    "N2": (
        "Tapez la date de naissance du patient, avec 8 chiffres. Par exemple, 0, 5, 0, 3, 1, 9, 5, 0.",
        "Enter the patient's date of birth, with 8 digits. For example, 0, 5, 0, 3, 1, 9, 5, 0.",
    ),
    "N3": (
        "Je ne peux pas vous reconnaître. Pour laisser un message, tapez 1.",
        "I cannot tell who you are. To leave a message, press 1.",
    ),
    "N3s": ("Pour parler au secrétariat, tapez 0.", "To speak to the secretary, press 0."),
    "N4": (
        "Votre numéro est caché. Dites votre numéro dans le message.",
        "Your number is hidden. Say your number in the message.",
    ),
    "U1": (
        "Si vous êtes déjà venu au cabinet, tapez 1. Si c'est la première fois, tapez 2.",
        "If you have been here before, press 1. If it is your first time, press 2.",
    ),
    "U2": (
        "Après le bip, dites votre nom, votre prénom et votre date de naissance. Le cabinet vous rappelle.",
        "After the beep, say your surname, first name and date of birth. The practice will call you back.",
    ),
    "U3": (
        "Le cabinet ne prend pas de nouveaux patients en ce moment. Pour laisser un message, tapez 1.",
        "The practice is not taking new patients at the moment. To leave a message, press 1.",
    ),
    "K1": (
        "Pour ce rendez-vous, il faut voir avec le cabinet. Pour laisser un message, tapez 1.",
        "For this appointment, please ask the practice. To leave a message, press 1.",
    ),
    "K2": (
        "Pour le docteur {nom}, il faut voir avec le cabinet. Pour un autre docteur, tapez 1. "
        "Pour laisser un message, tapez 2.",
        "For doctor {name}, please ask the practice. For another doctor, press 1. "
        "To leave a message, press 2.",
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
}  # fmt: skip


def default_wording(prompt: str, language: Language) -> str:
    """The wording of CALLS.md, with the field names of that language."""
    return PROMPTS[prompt][0 if language is FRENCH else 1]
