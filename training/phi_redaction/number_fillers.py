"""Invented dates, record numbers, telephone numbers and addresses of the internet."""

from training.phi_redaction.drawing import Draw, Lists, capitals, digits, invented, pick, read_list
from training.phi_redaction.name_fillers import family, given

MONTHS = read_list("months")
_SHORT = (*(month[:3] for month in MONTHS), "Sept")
_MAIL = ("example.com", "gmail.com", "mail.org", "yahoo.com", "outlook.com", "hospital.org")


def full_date(_: Lists, draw: Draw) -> str:
    """Return a day, in one of many forms."""
    day, month, year = (int(draw.integers(*span)) for span in ((1, 29), (1, 13), (1930, 2030)))
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day not in (11, 12, 13) else 0, "th")
    name = pick([MONTHS[month - 1], MONTHS[month - 1], _SHORT[month - 1]], draw)
    sign = pick(["/", "/", "-", "."], draw)
    forms = [
        f"{name} {day}, {year}",
        f"{name} {day}{ending}, {year}",
        f"{name} {day}{ending} {year}",
        f"{name} {day} {year}",
        f"{name}. {day}, {year}",
        f"{day} {name} {year}",
        f"{day}{ending} of {name} {year}",
        f"{day}{ending} {name} {year}",
        f"{name} {day}{ending} '{year % 100:02d}",
        f"{month:02d}{sign}{day:02d}{sign}{year}",
        f"{month:02d}{sign}{day:02d}{sign}{year}",
        f"{month}{sign}{day}{sign}{year}",
        f"{month}{sign}{day}{sign}{year % 100:02d}",
        f"{day:02d}{sign}{month:02d}{sign}{year}",
        f"{year}-{month:02d}-{day:02d}",
        f"{day:02d}-{_SHORT[month - 1]}-{year}",
        f"{pick(['Monday', 'Tuesday', 'Wednesday', 'Friday'], draw)}, {name} {day}, {year}",
    ]
    return pick(forms, draw)


def short_date(_: Lists, draw: Draw) -> str:
    """Return a day without its year."""
    day, month = int(draw.integers(1, 29)), int(draw.integers(1, 13))
    name = pick([MONTHS[month - 1], _SHORT[month - 1]], draw)
    return pick([f"{name} {day}", f"{name} {day}th", f"{day} {name}", f"{month}/{day}"], draw)


def month_year(_: Lists, draw: Draw) -> str:
    """Return a month of a year."""
    return f"{pick([*MONTHS, *_SHORT], draw)} {draw.integers(1990, 2030)}"


def code(_: Lists, draw: Draw) -> str:
    """Return a record number, now and then with its number sign."""
    return ("#" if draw.random() < 0.12 else "") + plain_code(_, draw)


def plain_code(_: Lists, draw: Draw) -> str:
    """Return a record number of one of many shapes."""
    letters = capitals(int(draw.integers(1, 5)), draw)
    long, short = digits(int(draw.integers(5, 11)), draw), digits(int(draw.integers(3, 7)), draw)
    forms = [
        f"{letters}-{long}",
        f"{letters}-{long}",
        f"{letters}-{short}",
        f"{letters}{long}",
        long,
        long,
        f"{long}-{letters}",
        f"{long}{letters}",
        f"{digits(3, draw)}-{digits(3, draw)}-{digits(3, draw)}",
        f"{digits(3, draw)}-{digits(2, draw)}-{digits(4, draw)}",
        f"{digits(3, draw)}-{digits(2, draw)}-{digits(3, draw)}",
        f"{digits(5, draw)}-{digits(4, draw)}",
        f"{digits(3, draw)}-{digits(4, draw)}-{digits(3, draw)}",
        f"{letters}-{short}-{digits(4, draw)}",
        f"{letters}/{short}/{digits(2, draw)}",
        f"{letters} {long}",
        f"{digits(4, draw)} {digits(4, draw)} {digits(4, draw)}",
        f"{letters}{digits(2, draw)}{capitals(2, draw)}{digits(4, draw)}",
        short if len(short) > 4 else long,
    ]
    return pick(forms, draw)


def ssn(_: Lists, draw: Draw) -> str:
    """Return a social security number."""
    sign = pick(["-", "-", "-", " ", ""], draw)
    return sign.join((digits(3, draw), digits(2, draw), digits(4, draw)))


def nhs(_: Lists, draw: Draw) -> str:
    """Return a number as of the National Health Service."""
    return f"{digits(3, draw)} {digits(3, draw)} {digits(4, draw)}"


def phone(_: Lists, draw: Draw) -> str:
    """Return a telephone number."""
    a, b, c = digits(3, draw), digits(3, draw), digits(4, draw)
    forms = [
        f"{a}-{b}-{c}",
        f"{a}-{b}-{c}",
        f"({a}) {b}-{c}",
        f"({a}) {b}-{c}",
        f"{a}.{b}.{c}",
        f"{a} {b} {c}",
        f"+1 {a} {b} {c}",
        f"+1-{a}-{b}-{c}",
        f"1-{a}-{b}-{c}",
        f"{b}-{c}",
        f"{a}-{b}-{c} ext. {digits(3, draw)}",
        f"+44 20 {digits(4, draw)} {c}",
        f"0{digits(3, draw)} {digits(6, draw)}",
        f"{a}{b}{c}",
    ]
    return pick(forms, draw)


def email(lists: Lists, draw: Draw) -> str:
    """Return an e-mail address."""
    first, last = given(lists, draw).lower(), family(lists, draw).lower().replace(" ", "")
    local = [f"{first}.{last}", f"{first}.{last[:1]}", f"{first}_{last}", f"{first[:1]}{last}"]
    end = "" if draw.random() < 0.6 else digits(2, draw)
    host = pick([*_MAIL, f"{invented(draw).lower()}.com", f"mail.{last}.edu"], draw)
    return f"{pick([*local, f'dr.{last}'], draw)}{end}@{host}".replace("'", "")


def url(lists: Lists, draw: Draw) -> str:
    """Return a web address."""
    host = f"{invented(draw).lower()}.{pick(['com', 'org', 'net'], draw)}"
    person = family(lists, draw).lower().replace(" ", "").replace("'", "")
    return pick([f"www.{host}", f"https://{host}/{person}", f"http://www.{host}"], draw)


def ip_address(_: Lists, draw: Draw) -> str:
    """Return an internet address."""
    return ".".join(map(str, draw.integers(1, 255, 4)))
