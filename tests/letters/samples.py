"""A sample letter in each language: an invitation with numbered paragraphs, symbols and dates."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

from letters.language import closing, date_range, long_date, mission_name, opening, ordinal
from letters.letter import Copy, Enclosure, Language, Letter, Letterhead, Paragraph

FIRST, LAST = date(2013, 11, 25), date(2013, 11, 26)
DEADLINE = date(2013, 9, 30)
ISSUED = date(2013, 7, 1)
AGENDA = "CAC/COSP/EG.1/2013/1"

SECRETARIAT: dict[Language, str] = {
    "ar": "أمانة مكتب الأمم المتحدة المعني بالمخدرات والجريمة",
    "zh": "联合国毒品和犯罪问题办公室秘书处",
    "en": "The Secretariat of the United Nations Office on Drugs and Crime",
    "fr": "Le Secrétariat de l'Office des Nations Unies contre la drogue et le crime",
    "ru": "Секретариат Управления Организации Объединенных Наций по наркотикам и преступности",
    "es": "La Secretaría de la Oficina de las Naciones Unidas contra la Droga y el Delito",
}

LETTERHEADS: dict[Language, Letterhead] = {
    "ar": Letterhead("أمانة الاجتماعات", "مكتب تجريبي · فيينا"),
    "zh": Letterhead("会议秘书处", "演示办公室 · 维也纳"),
    "en": Letterhead("Secretariat of the Meetings", "Demonstration Office · Vienna"),
    "fr": Letterhead("Secrétariat des réunions", "Bureau de démonstration · Vienne"),
    "ru": Letterhead("Секретариат совещаний", "Демонстрационное бюро · Вена"),
    "es": Letterhead("Secretaría de las Reuniones", "Oficina de demostración · Viena"),
}

SUBJECTS: dict[Language, str] = {
    "ar": "الاجتماع {ordinal} للخبراء الحكوميين المفتوح العضوية بشأن التعاون الدولي (مدينة بنما، "
    "{days}): يرجى الرد في موعد أقصاه {deadline}",
    "zh": "{ordinal}国际合作问题不限成员名额政府间专家会议（巴拿马城，{days}）——"
    "请最迟于{deadline}答复",
    "en": "{ordinal} open-ended intergovernmental expert meeting on international cooperation "
    "(Panama City, {days}): reply requested by {deadline}",
    "fr": "{ordinal} réunion intergouvernementale d'experts à composition non limitée sur la "
    "coopération internationale (Panama, {days})\N{NO-BREAK SPACE}: réponse attendue le {deadline} "
    "au plus tard",
    "ru": "{ordinal} межправительственное совещание экспертов открытого состава по международному "
    "сотрудничеству (Панама, {days}); просьба ответить не позднее {deadline}",
    "es": "{ordinal} reunión intergubernamental de expertos de composición abierta sobre "
    "cooperación internacional (Ciudad de Panamá, {days}): se ruega responder a más tardar el "
    "{deadline}",
}

FIRST_PARAGRAPHS: dict[Language, str] = {
    "ar": "تشير إلى القرار 4/2 الذي اعتمده مؤتمر الدول الأطراف في اتفاقية الأمم المتحدة لمكافحة "
    "الفساد، وتدعو الدول الأطراف والدول الموقعة إلى الاجتماع المذكور.",
    "zh": "提及《联合国反腐败公约》缔约国会议第4/2号决议，邀请各缔约国和签署国出席上述会议。",
    "en": "refer to resolution 4/2 of the Conference of the States Parties to the United Nations "
    "Convention against Corruption and to invite States parties and signatories to the above "
    "meeting.",
    "fr": "se référer à la résolution 4/2 de la Conférence des États parties à la Convention des "
    "Nations Unies contre la corruption et d'inviter les États parties et les signataires à la "
    "réunion susmentionnée.",
    "ru": "сослаться на резолюцию 4/2 Конференции государств — участников Конвенции Организации "
    "Объединенных Наций против коррупции и пригласить государства-участники и "
    "государства, подписавшие Конвенцию, на вышеупомянутое совещание.",
    "es": "referirse a la resolución 4/2 de la Conferencia de los Estados Parte en la Convención "
    "de las Naciones Unidas contra la Corrupción e invitar a los Estados parte y a los "
    "signatarios a la reunión mencionada.",
}

NUMBERED: dict[Language, tuple[str, ...]] = {
    "ar": (
        "سيعقد الاجتماع في مدينة بنما يومي {days}، وسيفتتح في الساعة 10:00 من يوم {first}.",
        "ويدعو القرار الدول الأطراف والدول الموقعة إلى تسمية سلطة مركزية، وكذلك، عند الاقتضاء، "
        "سلطات محلية وخبراء حكوميين آخرين، للمشاركة في الاجتماع.",
        "وترجو الأمانة أن تتلقى أسماء المشاركين بمذكرة شفوية من البعثة الدائمة في موعد أقصاه "
        "{deadline}، مع ذكر الاسم كما يرد في جواز السفر واللقب الوظيفي والمؤسسة ورئيس الوفد وعنوان "
        "البريد الإلكتروني، على العنوان meetings@secretariat.example.",
        "ويرد جدول الأعمال المؤقت المشروح في الوثيقة CAC/COSP/EG.1/2013/1، وتقرير "
        "الاجتماع الأول في "
        "الوثيقة CAC/COSP/EG.1/2012/2. ولن يتاح سوى عدد قليل من النسخ المطبوعة.",
        "وستوفر الترجمة الشفوية باللغات الرسمية الست للأمم المتحدة.",
    ),
    "zh": (
        "会议将于{days}在巴拿马城举行，{first}上午10时开幕。",
        "决议请各缔约国和签署国指定一个中央机关，并酌情指定地方机关和其他政府专家参加会议。",
        "秘书处谨请各常驻代表团最迟于{deadline}以普通照会告知与会者名单，"
        "写明护照所载姓名、职衔、机构、"
        "代表团团长和电子邮件地址，发至meetings@secretariat.example。",
        "附加说明的临时议程载于CAC/COSP/EG.1/2013/1号文件，第一次会议的报告载于"
        "CAC/COSP/EG.1/2012/2号文件。会场仅备少量印刷文本。",
        "会议将提供联合国六种正式语文的口译服务。",
    ),
    "en": (
        "The meeting will be held in Panama City on {days} and will open at 10 a.m. on {first}.",
        "The resolution calls on States parties and signatories to designate a central authority "
        "and, as appropriate, local authorities and other governmental experts, to participate in "
        "the meeting.",
        "The Secretariat would be grateful to receive, by note verbale of the Permanent "
        "Mission and "
        "no later than {deadline}, the names of those who will participate: for each person the "
        "name as in the passport, title, institution, the head of delegation and an "
        "e-mail address, "
        "sent to meetings@secretariat.example.",
        "The annotated provisional agenda is contained in document CAC/COSP/EG.1/2013/1 and the "
        "report of the first meeting in CAC/COSP/EG.1/2012/2. Few printed copies will be "
        "available; "
        "delegates are kindly asked to bring their own.",
        "Interpretation will be provided in the six official languages of the United Nations.",
    ),
    "fr": (
        "La réunion se tiendra à Panama, {days}, et s'ouvrira à 10 heures, le {first}.",
        "La résolution demande aux États parties et aux signataires de désigner une autorité "
        "centrale et, selon qu'il convient, des autorités locales et d'autres experts "
        "gouvernementaux, pour participer à la réunion.",
        "Le Secrétariat saurait gré aux Missions permanentes de bien vouloir lui communiquer par "
        "note verbale, le {deadline} au plus tard, les noms des participants, en indiquant pour "
        "chaque personne le nom tel qu'il figure dans le passeport, le titre, l'institution, le "
        "chef de la délégation et une adresse électronique, à l'adresse "
        "meetings@secretariat.example.",
        "L'ordre du jour provisoire annoté figure dans le document CAC/COSP/EG.1/2013/1 et le "
        "rapport de la première réunion dans le document CAC/COSP/EG.1/2012/2. Les exemplaires "
        "imprimés étant peu nombreux, les représentants sont priés d'apporter les leurs.",
        "L'interprétation sera assurée dans les six langues officielles de l'Organisation.",
    ),
    "ru": (
        "Совещание состоится в городе Панама {days} и откроется в 10 час. 00 мин. {first}.",
        "Резолюция призывает государства-участники и государства, подписавшие Конвенцию, назначить "
        "центральный орган и, при необходимости, местные органы и других правительственных "
        "экспертов для участия в совещании.",
        "Секретариат был бы признателен постоянным представительствам за сообщение "
        "вербальной нотой "
        "не позднее {deadline} имен участников с указанием имени по паспорту, должности, "
        "учреждения, главы делегации и адреса электронной почты по адресу "
        "meetings@secretariat.example.",
        "Аннотированная предварительная повестка дня содержится в документе CAC/COSP/EG.1/2013/1, "
        "а доклад о работе первого совещания — в документе CAC/COSP/EG.1/2012/2. Количество "
        "печатных экземпляров будет ограничено.",
        "Будет обеспечен устный перевод на шесть официальных языков Организации "
        "Объединенных Наций.",
    ),
    "es": (
        "La reunión se celebrará en Ciudad de Panamá, {days}, y se inaugurará a las 10.00 horas "
        "del {first}.",
        "En la resolución se exhorta a los Estados parte y a los signatarios a que designen una "
        "autoridad central y, según proceda, autoridades locales y otros expertos gubernamentales "
        "para que participen en la reunión.",
        "La Secretaría agradecería a las Misiones Permanentes que comunicaran mediante "
        "nota verbal, "
        "a más tardar el {deadline}, los nombres de los participantes, indicando de cada persona "
        "el nombre que figura en el pasaporte, el cargo, la institución, quién encabeza la "
        "delegación y una dirección de correo electrónico, a meetings@secretariat.example.",
        "El programa provisional anotado figura en el documento CAC/COSP/EG.1/2013/1 y el informe "
        "de la primera reunión en el documento CAC/COSP/EG.1/2012/2. Se dispondrá de pocos "
        "ejemplares impresos.",
        "Habrá interpretación en los seis idiomas oficiales de las Naciones Unidas.",
    ),
}

PLACES: dict[Language, str] = {
    "ar": "فيينا، {date}",
    "zh": "{date}，维也纳",
    "en": "Vienna, {date}",
    "fr": "Vienne, le {date}",
    "ru": "Вена, {date}",
    "es": "Viena, {date}",
}

ENCLOSURES: dict[Language, tuple[Enclosure, ...]] = {
    "ar": (Enclosure("جدول الأعمال المؤقت المشروح", AGENDA), Enclosure("دليل التسجيل")),
    "zh": (Enclosure("附加说明的临时议程", AGENDA), Enclosure("登记指南")),
    "en": (Enclosure("Annotated provisional agenda", AGENDA), Enclosure("Guide to registration")),
    "fr": (
        Enclosure("Ordre du jour provisoire annoté", AGENDA),
        Enclosure("Guide de l'inscription"),
    ),
    "ru": (
        Enclosure("Аннотированная предварительная повестка дня", AGENDA),
        Enclosure("Руководство по регистрации"),
    ),
    "es": (Enclosure("Programa provisional anotado", AGENDA), Enclosure("Guía de inscripción")),
}

NOTICES: dict[Language, str] = {
    "ar": "نسخة للعرض التوضيحي: الأشخاص مختلقون ولم يرسل هذا الكتاب إلى أي دولة",
    "zh": "演示文本：人物均属虚构，未发送任何国家",
    "en": "Demonstration: the persons are invented and nothing was sent to any State",
    "fr": "Démonstration\N{NO-BREAK SPACE}: les personnes sont fictives et rien n'a été envoyé",
    "ru": "Демонстрация: лица вымышлены, ни одному государству ничего не направлено",
    "es": "Demostración: las personas son inventadas y nada se ha enviado a ningún Estado",
}


def a_letter(language: Language, *, rounds: int = 1, notice: str | None = None) -> Letter:
    """The sample invitation with its numbered paragraphs so many times over: 6 make three pages."""
    words = {
        "ordinal": ordinal(2, language).capitalize(),
        "days": date_range(FIRST, LAST, language),
        "first": long_date(FIRST, language),
        "deadline": long_date(DEADLINE, language),
    }
    space = "" if language == "zh" else " "
    first = f"{opening(SECRETARIAT[language], language)}{space}{FIRST_PARAGRAPHS[language]}"
    numbered = NUMBERED[language] * rounds
    return Letter(
        language=language,
        reference="CU 2013/175",
        subject=SUBJECTS[language].format(**words),
        letterhead=LETTERHEADS[language],
        paragraphs=(
            Paragraph(first),
            *(Paragraph(text.format(**words), n) for n, text in enumerate(numbered, start=1)),
            Paragraph(closing(language)),
        ),
        place_and_date=PLACES[language].format(date=long_date(ISSUED, language)),
        initials="DO1/do2",
        enclosures=ENCLOSURES[language],
        notice=NOTICES[language] if notice is None else notice,
    )


def a_copy(addressee: str) -> Copy:
    """The copy mark of an addressee, with a code and an address of a reserved domain."""
    return Copy(
        addressee=addressee,
        code="7K4M-92QX-HD3T",
        verify_url="https://notes.example/verify/7K4M-92QX-HD3T",
    )


@cache
def formal_names(language: Language) -> tuple[str, ...]:
    """The formal names of all States of the seed, in its order."""
    seed = Path(__file__).parents[2] / "registration" / "seed" / "states.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        return tuple(row[f"formal_{language}"] for row in csv.DictReader(file))


def copies_for(language: Language) -> list[Copy]:
    """A copy for the mission of every State, each with a code of its own."""
    codes = [f"7K4M-92QX-{number:04}" for number in range(len(formal_names(language)))]
    return [
        Copy(mission_name(name, language), code, f"https://notes.example/verify/{code}")
        for name, code in zip(formal_names(language), codes, strict=True)
    ]
