"""How the report of a meeting names organizations that sent observers, in the six languages.

The Arabic wording has not been read by a native speaker yet.
"""

from collections.abc import Mapping
from typing import Final

from letters.letter import Language

GROUPS: Final = (
    "entity",
    "secretariat_unit",
    "un_body",
    "specialized_agency",
    "intergovernmental",
    "non_governmental",
)

PATTERNS: Final[Mapping[Language, str]] = {
    "en": "{begin}: {list}.",
    "fr": "{begin} : {list}.",
    "es": "{begin}: {list}.",
    "ru": "{begin}: {list}.",
    "ar": "{begin}: {list}.",
    "zh": "{begin}：{list}。",
}

# One organization, and several. French and Spanish say "sent observers", which needs no gender.
BEGINNINGS: Final[Mapping[Language, Mapping[str, tuple[str, str]]]] = {
    "en": {
        "entity": (
            "The following entity was represented by observers",
            "The following entities were represented by observers",
        ),
        "secretariat_unit": (
            "The following unit of the United Nations Secretariat was represented by observers",
            "The following units of the United Nations Secretariat were represented by observers",
        ),
        "un_body": (
            "The following United Nations body, fund or programme was represented by observers",
            "The following United Nations bodies, funds and programmes were represented by"
            " observers",
        ),
        "specialized_agency": (
            "The following specialized agency of the United Nations system was represented by"
            " observers",
            "The following specialized agencies of the United Nations system were represented by"
            " observers",
        ),
        "intergovernmental": (
            "The following intergovernmental organization was represented by observers",
            "The following intergovernmental organizations were represented by observers",
        ),
        "non_governmental": (
            "The following non-governmental organization was represented by observers",
            "The following non-governmental organizations were represented by observers",
        ),
    },
    "fr": {
        "entity": (
            "L’entité ci-après avait envoyé des observateurs",
            "Les entités ci-après avaient envoyé des observateurs",
        ),
        "secretariat_unit": (
            "Le service du Secrétariat de l’Organisation des Nations Unies ci-après avait envoyé"
            " des observateurs",
            "Les services du Secrétariat de l’Organisation des Nations Unies ci-après avaient"
            " envoyé des observateurs",
        ),
        "un_body": (
            "L’organe, fonds ou programme des Nations Unies ci-après avait envoyé des observateurs",
            "Les organes, fonds et programmes des Nations Unies ci-après avaient envoyé des"
            " observateurs",
        ),
        "specialized_agency": (
            "L’institution spécialisée du système des Nations Unies ci-après avait envoyé des"
            " observateurs",
            "Les institutions spécialisées du système des Nations Unies ci-après avaient envoyé"
            " des observateurs",
        ),
        "intergovernmental": (
            "L’organisation intergouvernementale ci-après avait envoyé des observateurs",
            "Les organisations intergouvernementales ci-après avaient envoyé des observateurs",
        ),
        "non_governmental": (
            "L’organisation non gouvernementale ci-après avait envoyé des observateurs",
            "Les organisations non gouvernementales ci-après avaient envoyé des observateurs",
        ),
    },
    "es": {
        "entity": (
            "Envió observadores la entidad siguiente",
            "Enviaron observadores las entidades siguientes",
        ),
        "secretariat_unit": (
            "Envió observadores la siguiente dependencia de la Secretaría de las Naciones Unidas",
            "Enviaron observadores las siguientes dependencias de la Secretaría de las Naciones"
            " Unidas",
        ),
        "un_body": (
            "Envió observadores el siguiente órgano, fondo o programa de las Naciones Unidas",
            "Enviaron observadores los siguientes órganos, fondos y programas de las Naciones"
            " Unidas",
        ),
        "specialized_agency": (
            "Envió observadores el siguiente organismo especializado del sistema de las Naciones"
            " Unidas",
            "Enviaron observadores los siguientes organismos especializados del sistema de las"
            " Naciones Unidas",
        ),
        "intergovernmental": (
            "Envió observadores la siguiente organización intergubernamental",
            "Enviaron observadores las siguientes organizaciones intergubernamentales",
        ),
        "non_governmental": (
            "Envió observadores la siguiente organización no gubernamental",
            "Enviaron observadores las siguientes organizaciones no gubernamentales",
        ),
    },
    "ru": {
        "entity": (
            "Наблюдателей направила следующая структура",
            "Наблюдателей направили следующие структуры",
        ),
        "secretariat_unit": (
            "Наблюдателей направило следующее подразделение Секретариата Организации"
            " Объединенных Наций",
            "Наблюдателей направили следующие подразделения Секретариата Организации"
            " Объединенных Наций",
        ),
        "un_body": (
            "Наблюдателей направил следующий орган, фонд или программа Организации Объединенных"
            " Наций",
            "Наблюдателей направили следующие органы, фонды и программы Организации Объединенных"
            " Наций",
        ),
        "specialized_agency": (
            "Наблюдателей направило следующее специализированное учреждение системы Организации"
            " Объединенных Наций",
            "Наблюдателей направили следующие специализированные учреждения системы Организации"
            " Объединенных Наций",
        ),
        "intergovernmental": (
            "Наблюдателей направила следующая межправительственная организация",
            "Наблюдателей направили следующие межправительственные организации",
        ),
        "non_governmental": (
            "Наблюдателей направила следующая неправительственная организация",
            "Наблюдателей направили следующие неправительственные организации",
        ),
    },
    "ar": {
        "entity": (
            "وأوفد الكيان التالي مراقبين",
            "وأوفدت الكيانات التالية مراقبين",
        ),
        "secretariat_unit": (
            "وأوفدت الوحدة التالية من الأمانة العامة للأمم المتحدة مراقبين",
            "وأوفدت الوحدات التالية من الأمانة العامة للأمم المتحدة مراقبين",
        ),
        "un_body": (
            "وأوفد الكيان التالي من هيئات الأمم المتحدة وصناديقها وبرامجها مراقبين",
            "وأوفدت هيئات الأمم المتحدة وصناديقها وبرامجها التالية مراقبين",
        ),
        "specialized_agency": (
            "وأوفدت الوكالة المتخصصة التالية من منظومة الأمم المتحدة مراقبين",
            "وأوفدت الوكالات المتخصصة التالية من منظومة الأمم المتحدة مراقبين",
        ),
        "intergovernmental": (
            "وأوفدت المنظمة الحكومية الدولية التالية مراقبين",
            "وأوفدت المنظمات الحكومية الدولية التالية مراقبين",
        ),
        "non_governmental": (
            "وأوفدت المنظمة غير الحكومية التالية مراقبين",
            "وأوفدت المنظمات غير الحكومية التالية مراقبين",
        ),
    },
    "zh": {
        "entity": ("下列实体派观察员出席了会议",) * 2,
        "secretariat_unit": ("下列联合国秘书处单位派观察员出席了会议",) * 2,
        "un_body": ("下列联合国机构、基金和方案派观察员出席了会议",) * 2,
        "specialized_agency": ("下列联合国系统专门机构派观察员出席了会议",) * 2,
        "intergovernmental": ("下列政府间组织派观察员出席了会议",) * 2,
        "non_governmental": ("下列非政府组织派观察员出席了会议",) * 2,
    },
}
