"""The words of Quarterdeck as frozen values; `docs/vocabulary.md` explains them. Pure: no I/O, no clock."""
