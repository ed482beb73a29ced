"""The default wording of booking, moving and cancelling (CALLS.md 3 to 6, 11 and 12), French and English."""

BOOKING_PROMPTS: dict[str, tuple[str, str]] = {
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
    "B5e": (
        "Il n'y a pas de place à ce moment-là. Voici d'autres dates.",
        "There is no free time then. Here are other dates.",
    ),
    "B5m": (
        "Pour un matin, tapez 1. Pour un après-midi, tapez 2. Pour la semaine prochaine, tapez 3.",
        "For a morning, press 1. For an afternoon, press 2. For next week, press 3.",
    ),
    "B5x": (
        "Je n'ai pas d'autre date à proposer. Pour laisser un message au cabinet, tapez 1. "
        "Pour être prévenu si une place se libère plus tôt, tapez 2.",
        "I have no other date to offer. To leave a message, press 1. "
        "To be told if an earlier time becomes free, press 2.",
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
        "C'est réservé. Prenez de quoi noter. … {jour} {date}, à {heure}. Je répète. "
        "{jour} {date}, à {heure}. Pour réécouter, tapez étoile. Au revoir.",
        "It is booked. Take something to write with. … {day} {date}, at {time}. I repeat. "
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
    "C1d": ("Pour envoyer un document, tapez 4.", "To send a document, press 4."),
    "C2": (
        "J'annule {jour} {date}, à {heure}. Pour confirmer, tapez 1. Pour le garder, tapez 2.",
        "I am cancelling {day} {date}, at {time}. To confirm, press 1. To keep it, press 2.",
    ),
    "C2k": ("Le rendez-vous est gardé. Au revoir.", "The appointment is kept. Goodbye."),
    "C3": (
        "C'est annulé. Merci d'avoir prévenu. Au revoir.",
        "It is cancelled. Thank you for telling us. Goodbye.",
    ),
    "C3x": (
        "Quelque chose a changé entre-temps. Restez en ligne, je vous aide.",
        "Something has changed in the meantime. Stay on the line, I will help you.",
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
}  # fmt: skip
