"""The series of meetings in general: its name and its mandate, in the six languages.

Convened by resolution 4/2 of the Conference of the States Parties to the United Nations Convention
against Corruption (Marrakech, 24 to 28 October 2011).
"""

MANDATE = "4/2"

# As it stands within a sentence: "the second …".
NAMES = {
    "ar": "اجتماع الخبراء الحكومي الدولي المفتوح باب العضوية لتعزيز التعاون الدولي في إطار"
    " اتفاقية الأمم المتحدة لمكافحة الفساد",
    "zh": "加强《联合国反腐败公约》框架下国际合作的不限成员名额政府间专家会议",
    "en": "open-ended intergovernmental expert meeting to enhance international cooperation under"
    " the United Nations Convention against Corruption",
    "fr": "réunion intergouvernementale d’experts à composition non limitée visant à renforcer la"
    " coopération internationale au titre de la Convention des Nations Unies contre la corruption",
    "ru": "межправительственное совещание экспертов открытого состава по укреплению международного"
    " сотрудничества в рамках Конвенции Организации Объединенных Наций против коррупции",
    "es": "reunión intergubernamental de expertos de composición abierta para fortalecer la"
    " cooperación internacional en el marco de la Convención de las Naciones Unidas contra la"
    " Corrupción",
}


def heading(language: str) -> str:
    """The name of the series as it begins a line."""
    name = NAMES[language]
    return name[0].upper() + name[1:]


# By custom this notice stands on a meeting's page in these two languages, side by side.
ECONOMY_NOTICE = {
    "en": "To save paper, only a few copies of the documents are printed. Delegates are kindly"
    " asked to bring their own.",
    "fr": "Par souci d’économie, les documents ne sont imprimés qu’en un petit nombre"
    " d’exemplaires. Les délégations sont priées d’apporter les leurs.",
}
