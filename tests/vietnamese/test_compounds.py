"""The dictionary's words are found where they stand."""

import pytest

from core.errors import ConfigError
from vietnamese.compounds import compounds, in_compounds
from vietnamese.syllables import canonical, syllables


def test_words_of_the_dictionary_are_found_with_their_marks() -> None:
    assert in_compounds([canonical(s) for s in syllables("xin cấp lại đường dây nóng")]) >= {3, 4, 5}
    assert 2 not in in_compounds([canonical(s) for s in syllables("giấy khai xinh")])
    assert in_compounds(["xe", "dap"]) == set()


def test_a_missing_list_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vietnamese.compounds.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match="list of words"):
        compounds.__wrapped__()
