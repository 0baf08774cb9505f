"""Invented persons, places, hospitals and postal addresses."""

from training.phi_redaction.drawing import Draw, Lists, capitals, digits, invented, pick, read_list

_STREETS = ("Street", "St", "St.", "Avenue", "Ave", "Road", "Rd", "Drive", "Lane", "Blvd", "Court")
_ENDS = ("wood", "view", "side", "field", "dale", "brook", "ton", "ville", "land", "ridge", "port")
_CARE, _LANDSCAPE = read_list("care"), read_list("landscape")


def given(lists: Lists, draw: Draw) -> str:
    """Return a given name."""
    return invented(draw) if draw.random() < 0.12 else pick(lists.given, draw)


def family(lists: Lists, draw: Draw) -> str:
    """Return a family name, now and then a double one."""
    one = invented(draw) if draw.random() < 0.12 else pick(lists.family, draw)
    return f"{one}-{pick(lists.family, draw)}" if draw.random() < 0.05 else one


def full_name(lists: Lists, draw: Draw) -> str:
    """Return a person's name in one of many forms."""
    first, last = given(lists, draw), family(lists, draw)
    forms = [f"{first} {last}"] * 8 + [
        f"{first} {capitals(1, draw)}. {last}",
        f"{capitals(1, draw)}. {last}",
        f"{first} {given(lists, draw)} {last}",
        f"{last}, {first}",
        f"{first} {last} Jr.",
        first,
    ]
    return pick(forms, draw)


def initial_name(lists: Lists, draw: Draw) -> str:
    """Return a given name with the first letter of the family's."""
    return f"{given(lists, draw)} {capitals(1, draw)}" + ("." if draw.random() < 0.8 else "")


def titled_name(lists: Lists, draw: Draw) -> str:
    """Return a name with a title."""
    title = pick(["Mr.", "Mrs.", "Ms.", "Miss", "Mr", "Mrs"], draw)
    forms = [
        family(lists, draw),
        full_name(lists, draw),
        f"{capitals(1, draw)}. {family(lists, draw)}",
    ]
    return f"{title} {pick(forms, draw)}"


def doctor(lists: Lists, draw: Draw) -> str:
    """Return a physician's name."""
    last = family(lists, draw)
    forms = [
        last,
        last,
        f"{given(lists, draw)} {last}",
        initial_name(lists, draw),
        f"{capitals(1, draw)}. {last}",
        f"{capitals(1, draw)}.",
    ]
    return f"{pick(['Dr.', 'Dr.', 'Dr.', 'Dr', 'Prof.', 'Doctor'], draw)} {pick(forms, draw)}"


def initials_doctor(_: Lists, draw: Draw) -> str:
    """Return initials."""
    return ".".join(capitals(2, draw)) + "."


def city(lists: Lists, draw: Draw) -> str:
    """Return a place, listed or invented."""
    if draw.random() < 0.25:
        return invented_place(draw)
    return pick(lists.places, draw)


def invented_place(draw: Draw) -> str:
    """Return the name of a place that does not exist."""
    beginning = pick(_LANDSCAPE, draw)
    forms = [
        beginning + pick(_ENDS, draw),
        f"{beginning} {pick(['Creek', 'Hill', 'Valley', 'City', 'Springs', 'Grove'], draw)}",
        invented(draw) + pick(_ENDS, draw),
        f"{pick(['New', 'Fort', 'Port', 'Saint', 'St.', 'Mount'], draw)} {invented(draw)}",
    ]
    return pick(forms, draw)


def facility(lists: Lists, draw: Draw) -> str:
    """Return the name of a hospital or practice."""
    saint = pick(["St.", "St", "Saint"], draw) + " " + pick(lists.given, draw)
    if draw.random() < 0.7:
        saint += pick(["'s", "’s"], draw)
    stems = [
        pick(lists.hospitals, draw),
        pick(lists.hospitals, draw),
        city(lists, draw),
        city(lists, draw),
        saint,
        invented_place(draw),
        family(lists, draw),
        f"{pick(_LANDSCAPE, draw)} {pick(['Street', 'St.', 'Avenue'], draw)}",
        pick(["Memorial", "County", "City", "Downtown", "Westside", "Good Hope", "Hope"], draw),
    ]
    forms = [f"{pick(stems, draw)} {pick(_CARE, draw)}"] * 5 + [
        f"University of {city(lists, draw)} Hospital",
        f"Children's Hospital of {city(lists, draw)}",
        f"Children's Hospital {city(lists, draw)}",
        capitals(int(draw.integers(3, 5)), draw) + pick(["", " Medical Center", " Health"], draw),
    ]
    return pick(forms, draw)


def with_state(lists: Lists, draw: Draw) -> str:
    """Return a city with its state."""
    return f"{city(lists, draw)}, {pick([capitals(2, draw), pick(lists.places, draw)], draw)}"


def address(lists: Lists, draw: Draw) -> str:
    """Return a postal address."""
    name = pick([pick(_LANDSCAPE, draw), family(lists, draw), city(lists, draw)], draw)
    street = f"{draw.integers(1, 9999)} {name} {pick(_STREETS, draw)}"
    if draw.random() < 0.2:
        street += f", {pick(['Apt', 'Apt.', 'Suite', 'Unit'], draw)} {draw.integers(1, 90)}"
    forms = [
        street,
        f"{street}, {city(lists, draw)}",
        f"{street}, {with_state(lists, draw)}",
        f"{street}, {with_state(lists, draw)} {digits(5, draw)}",
        f"{city(lists, draw)}, {capitals(2, draw)} {digits(5, draw)}",
    ]
    return pick(forms, draw)
