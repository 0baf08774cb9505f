"""What goes into the packaged build and what stays out."""

from pathlib import Path, PurePosixPath

PROGRAM = "meddx"
SIZE_LIMIT_MIB = 450

# imagecodecs loads each codec's extension module by name.
HIDDEN_IMPORTS = [
    "imagecodecs._imcd",
    "imagecodecs._jpeg2k",
    "imagecodecs._jpeg8",
    "imagecodecs._jpegls",
    "imagecodecs._jpegsof3",
    "imagecodecs._htj2k",
    "imagecodecs._ljpeg",
    "imagecodecs._png",
    "imagecodecs._shared",
    "imagecodecs._shared_cython",
    "imagecodecs._tiff",
    "imagecodecs._zlib",
]

# Large or foreign parts that a dependency offers and the app never uses.
EXCLUDED_MODULES = [
    "IPython",
    "PySide6.QtNetworkAuth",
    "PySide6.QtWebEngineCore",
    "PySide6.QtWebEngineWidgets",
    # Without a network nothing is encrypted on its way; hashlib has its own digests.
    "_hashlib",
    "_ssl",
    "ssl",
    "keras",
    "matplotlib",
    "onnx",
    "pytest",
    "scipy",
    "sklearn",
    "tensorflow",
    "tf2onnx",
    "tkinter",
    "training",
]

# Qt Quick, Qml and OpenGL stay: Qt's FFmpeg plug-in is linked against them. Qt's virtual keyboard
# has a license (GPL) that this program does not; PDFium by itself draws PDF pages.
_UNWANTED = (
    "PySide6/Qt/lib/libQt6Pdf",
    "PySide6/Qt/lib/libQt6VirtualKeyboard",
    "PySide6/Qt/plugins/imageformats/libqpdf",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboard",
    "PySide6/Qt/translations/qt_",
    "PySide6/Qt/translations/qtmultimedia",
    "libQt6Pdf",
    "libQt6VirtualKeyboard",
    "libatk",
    "libgdk_pixbuf",
    "PySide6/Qt/plugins/qmltooling",
    "PySide6/Qt/plugins/sqldrivers",
    "PySide6/Qt/plugins/platformthemes/libqgtk3",
    "PySide6/Qt/plugins/egldeviceintegrations",
    # Some of these listen on a socket, and none is for a window on a workstation.
    "PySide6/Qt/plugins/generic",
    "PySide6/Qt/plugins/networkinformation",
    "PySide6/Qt/plugins/platforms/libqeglfs",
    "PySide6/Qt/plugins/platforms/libqlinuxfb",
    "PySide6/Qt/plugins/platforms/libqminimal",
    "PySide6/Qt/plugins/platforms/libqvkkhrdisplay",
    "PySide6/Qt/plugins/platforms/libqvnc",
    "PySide6/Qt/plugins/tls",
    "PySide6/Qt/plugins/wayland-graphics-integration-server",
    "PySide6/Qt/qml",
    # What GTK and GIO alone would need.
    "libcairo",
    "libgdk-3",
    "libgio",
    "libgmodule",
    "libgobject",
    "libgtk-3",
    "libharfbuzz",
    "libmount",
    "libblkid",
    "libpango",
    "libpixman",
    "libselinux",
    # TLS, which nothing here speaks.
    "libcrypto",
    "libssl",
    # Printing is the system's own: its CUPS, and what that one needs, match its printers.
    "libcups",
    "libavahi",
    "libcom_err",
    "libgmp",
    "libgnutls",
    "libgssapi_krb5",
    "libhogweed",
    "libidn2",
    "libk5crypto",
    "libkeyutils",
    "libkrb5",
    "libnettle",
    "libp11-kit",
    "libtasn1",
    "libunistring",
)

# Of these, only what a debugger needs is taken away. OpenBLAS must stay as it is.
STRIPPED = (
    "libpython3*",
    "python3*/lib-dynload/*.so",
    "cryptography/hazmat/bindings/*.so",
    "imagecodecs/*.so",
)


def resource_files(repository: Path) -> list[tuple[str, str]]:
    """Return (file, folder in the build) for everything under `resources` but screenshots."""
    resources = repository / "resources"
    return [
        (str(path), str(path.parent.relative_to(repository)))
        for path in sorted(resources.rglob("*"))
        if path.is_file()
        and path.suffix not in {".py", ".pyc", ".ts"}
        and path.name != ".gitignore"
        and "screenshots" not in path.parts
    ]


def unwanted(destination: str) -> bool:
    """Return whether a collected file stays out of the build."""
    return PurePosixPath(destination.replace("\\", "/")).as_posix().startswith(_UNWANTED)
