"""Code points and UTF-16 units."""

from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.ui.text_offsets import TextOffsets


@given(text=st.text(max_size=60), data=st.data())
def test_offsets_agree_with_utf_16(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    text = text.encode("utf-16", "ignore").decode("utf-16")
    place = min(place, len(text))
    offsets = TextOffsets(text)
    units = len(text[:place].encode("utf-16-le")) // 2
    assert offsets.to_qt(place) == units
    assert offsets.from_qt(units) == place
