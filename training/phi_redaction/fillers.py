"""What fills a template: what must be found, and words that only look like it."""

from training.phi_redaction import name_fillers, number_fillers
from training.phi_redaction.drawing import Draw, Fill, Lists, capitals, digits, pick


def _number(low: int, high: int) -> Fill:
    return lambda _, draw: str(int(draw.integers(low, high)))


def _choice(words: str) -> Fill:
    choices = tuple(words.split("|"))
    return lambda _, draw: pick(choices, draw)


def _age(_: Lists, draw: Draw) -> str:
    age = int(draw.integers(1, 95))
    forms = ["{}-year-old", "{}-year-old", "{} year old", "{}yo", "{} y/o", "{}-yo", "{} yr old"]
    return pick(forms, draw).format(age)


def _eponym(lists: Lists, draw: Draw) -> str:
    return name_fillers.family(lists, draw) if draw.random() < 0.4 else pick(lists.eponyms, draw)


def _disease(lists: Lists, draw: Draw) -> str:
    return pick(lists.diseases, draw)


def _drug(lists: Lists, draw: Draw) -> str:
    name = pick(lists.drugs, draw)
    return name.lower() if draw.random() < 0.6 else name


def _dose(_: Lists, draw: Draw) -> str:
    unit = pick(["mg", "mg", "mcg", "g", "units", "mL", "mg/kg", "mEq"], draw)
    how = pick(["", " daily", " b.i.d.", " q.6h.", " PO", " IV", " twice a day", " PRN"], draw)
    return f"{pick(['5', '10', '20', '40', '81', '100', '250', '500', '1,000'], draw)} {unit}{how}"


def _value(_: Lists, draw: Draw) -> str:
    number = pick([f"{draw.uniform(0, 20):.1f}", str(draw.integers(1, 400))], draw)
    return f"{number} {pick(['mg/dL', 'mmol/L', 'g/dL', 'U/L', '%', 'ng/mL', 'x 10^9/L'], draw)}"


def _trial(_: Lists, draw: Draw) -> str:
    return (
        f"{capitals(int(draw.integers(3, 7)), draw)}{pick(['', '-HF', '-2', ' II', '-TIMI'], draw)}"
    )


PRIVATE: dict[str, tuple[str, Fill]] = {
    "NAME": ("name", name_fillers.full_name),
    "INITIAL_NAME": ("name", name_fillers.initial_name),
    "TITLED_NAME": ("name", name_fillers.titled_name),
    "UPPER_NAME": ("name", lambda lists, draw: name_fillers.full_name(lists, draw).upper()),
    "GIVEN": ("name", name_fillers.given),
    "FAMILY": ("name", name_fillers.family),
    "DOCTOR": ("name", name_fillers.doctor),
    "INITIALS_DOCTOR": ("name", name_fillers.initials_doctor),
    "CITY": ("location", name_fillers.city),
    "CITY_CLINIC": (
        "location",
        lambda lists, draw: (
            f"{name_fillers.city(lists, draw)} {pick(['clinic', 'office', 'facility'], draw)}"
        ),
    ),
    "FACILITY": ("location", name_fillers.facility),
    "FACILITY_COMMA_CITY": (
        "location",
        lambda lists, draw: (
            name_fillers.facility(lists, draw)
            + pick([", ", " in ", ", "], draw)
            + pick([name_fillers.city(lists, draw), name_fillers.with_state(lists, draw)], draw)
        ),
    ),
    "HOSPITAL_BRAND": ("location", lambda lists, draw: pick(lists.hospitals, draw)),
    "ADDRESS": ("location", name_fillers.address),
    "ZIP": ("location", lambda _, draw: digits(5, draw)),
    "DATE": ("date", number_fillers.full_date),
    "SHORT_DATE": ("date", number_fillers.short_date),
    "MONTH_YEAR": ("date", number_fillers.month_year),
    "CODE": ("identifier", number_fillers.code),
    "CODE_PLAIN": ("identifier", number_fillers.plain_code),
    "SSN": ("identifier", number_fillers.ssn),
    "NHS": ("identifier", number_fillers.nhs),
    "PHONE": ("contact", number_fillers.phone),
    "EMAIL": ("contact", number_fillers.email),
    "URL": ("contact", number_fillers.url),
    "IP": ("contact", number_fillers.ip_address),
}
HARMLESS: dict[str, Fill] = {
    "AGE": _age,
    "OLD": _number(18, 95),
    "SMALL": _number(1, 10),
    "YEAR": _number(1985, 2026),
    "FR": _number(5, 30),
    "DISEASE": _disease,
    "DRUG": _drug,
    "EPONYM": _eponym,
    "DOSE": _dose,
    "VALUE": _value,
    "TRIAL": _trial,
    "BP": lambda _, draw: f"{draw.integers(90, 190)}/{draw.integers(50, 110)}",
    "TEMPERATURE": lambda _, draw: f"{draw.uniform(36, 40):.1f}",
    "ICD": lambda _, draw: f"{capitals(1, draw)}{digits(2, draw)}.{digits(1, draw)}",
    "DURATION": _choice(
        "two weeks|three days|6 months|10 years|a year|4 to 6 weeks|48 hours|a month|seven days|"
        "the last 3 weeks|12 weeks"
    ),
    "ETHNICITY": _choice(
        "Hispanic|African American|Caucasian|white|black|Asian|Black|White|South Asian|Latino|"
        "Native American|Ashkenazi Jewish"
    ),
    "SIGN": _choice("sign|reflex|test|maneuver|phenomenon|triad|response|sign"),
    "SCORE": _choice(
        "score|risk score|criteria|index|Pain Index|scale|classification|stage|grade|score|"
        "Risk Score|nomogram|questionnaire"
    ),
    "PROCEDURE": _choice(
        "cholecystectomy|hip replacement|CABG|knee arthroplasty|appendectomy|liver transplant|"
        "coronary bypass surgery|cataract surgery|bariatric surgery|pacemaker insertion|dialysis|"
        "Whipple procedure|Nissen fundoplication|tonsillectomy|total knee replacement|THA|PCI|"
        "colonoscopy|laparoscopic hernia repair|spinal fusion|mastectomy"
    ),
    "LAB": _choice(
        "WBC|HbA1c|creatinine|LDL cholesterol|bilirubin|ESR|troponin|D-dimer|TSH|potassium|BNP|"
        "hemoglobin|INR|ferritin|CRP|PSA|AST|GFR|platelet count"
    ),
    "REGION": _choice(
        "the Ohio River Valley|the Southwest|Southeast Asia|West Africa|the Caribbean|the tropics|"
        "sub-Saharan Africa|South America|the Mississippi Valley|Central America|the Amazon|"
        "an endemic area|the Midwest|high altitude"
    ),
    "ORGANIZATION": _choice(
        "AHA|ACC/AHA|ADA|NICE|KDIGO|GOLD|ESC|WHO|CDC|ACR|NCCN|USPSTF|IDSA|AAP|GINA|ATS|EULAR|"
        "ACOG|ASCO|Surviving Sepsis|American Heart Association"
    ),
}
