"""Texts in the person's language."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from meddx_desktop.resources import resources_folder


def mark(context: str, text: str) -> str:
    """Mark a text of a table for translation; `translate(context, text)` shows it.

    packaging/translations.py tells lupdate that this is its QT_TRANSLATE_NOOP.
    """
    del context  # lupdate alone needs it
    return text


def translate(context: str, text: str) -> str:
    """Return a marked text in the person's language."""
    return QCoreApplication.translate(context, text)


def install_translations(
    application: QCoreApplication, locale: QLocale, folder: Path | None = None
) -> tuple[QTranslator, ...]:
    """Load what there is for a locale: our texts and Qt's own buttons.

    Returns
    -------
    the translators in use; the caller keeps them alive.
    """
    own = folder or resources_folder() / "translations"
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    # English first: it holds the plurals that every language without a file of its own needs.
    wanted = ((QLocale("en"), "meddx", own), (locale, "qtbase", qt), (locale, "meddx", own))
    loaded = []
    for language, prefix, place in wanted:
        translator = QTranslator(application)
        if translator.load(language, prefix, "_", str(place)):
            application.installTranslator(translator)
            loaded.append(translator)
    return tuple(loaded)
